//! A loopback HTTP/1.1 server in threads, the ground of every stand-in.
//!
//! It records each request, serves a bounded number of connections and stops
//! when dropped. It never listens beyond 127.0.0.1.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use serde_json::Value;

const MAX_CONNECTIONS: usize = 64;
const MAX_BODY: usize = 64 << 20;
const READ_TIMEOUT: Duration = Duration::from_secs(60);

#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) method: String,
    /// The target as it came, query included.
    pub(crate) path: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Request {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|it| it.0.eq_ignore_ascii_case(name)).map(|it| it.1.as_str())
    }

    /// The body as JSON, `null` where it is none.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }
}

/// The answering side of one request.
pub(crate) struct Responder {
    stream: TcpStream,
    stop: Arc<AtomicBool>,
}

impl Responder {
    pub(crate) fn send(&mut self, status: &str, headers: &[(&str, &str)], body: &str) {
        let mut head =
            format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n", body.len());
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        self.raw(&format!("{head}\r\n{body}"));
    }

    pub(crate) fn json(&mut self, status: &str, body: &Value) {
        self.send(status, &[("content-type", "application/json")], &body.to_string());
    }

    pub(crate) fn start_events(&mut self) {
        self.raw("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n");
    }

    /// One server-sent event, named by the `type` in its data.
    pub(crate) fn event(&mut self, data: &Value) {
        let name = data["type"].as_str().unwrap_or("message");
        let text = serde_json::to_string(data).unwrap();
        self.raw(&format!("event: {name}\ndata: {text}\n\n"));
    }

    /// A client that went away is a fact for the test to look at, not an error here.
    pub(crate) fn raw(&mut self, text: &str) {
        let _gone = self.stream.write_all(text.as_bytes()).and_then(|()| self.stream.flush());
    }

    /// Waits, but no longer than the server lives.
    pub(crate) fn wait(&self, time: Duration) {
        let end = Instant::now() + time;
        while Instant::now() < end && !self.stop.load(Ordering::SeqCst) {
            thread::sleep(Duration::from_millis(20));
        }
    }
}

/// Listens on a free port of 127.0.0.1 until it is dropped.
pub(crate) struct Server {
    address: SocketAddr,
    requests: Arc<Mutex<Vec<Request>>>,
    open: Arc<Mutex<Vec<TcpStream>>>,
    stop: Arc<AtomicBool>,
    accepting: Option<JoinHandle<()>>,
}

impl Server {
    pub(crate) fn start(answer: impl Fn(&Request, &mut Responder) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let open = Arc::new(Mutex::new(Vec::new()));
        let stop = Arc::new(AtomicBool::new(false));
        let accepting = {
            let (requests, open, stop) =
                (Arc::clone(&requests), Arc::clone(&open), Arc::clone(&stop));
            let answer = Arc::new(answer);
            thread::spawn(move || {
                let mut serving: Vec<JoinHandle<()>> = Vec::new();
                for stream in listener.incoming().map_while(Result::ok) {
                    if stop.load(Ordering::SeqCst) {
                        break;
                    }
                    serving.retain(|it| !it.is_finished());
                    if MAX_CONNECTIONS <= serving.len() {
                        continue;
                    }
                    let Ok(handle) = stream.try_clone() else { continue };
                    open.lock().unwrap().push(handle);
                    let (answer, requests, stop) =
                        (Arc::clone(&answer), Arc::clone(&requests), Arc::clone(&stop));
                    serving.push(thread::spawn(move || serve(stream, &*answer, &requests, stop)));
                }
                for it in serving {
                    // A panic of an answer was already printed by its thread.
                    let _panicked = it.join();
                }
            })
        };
        Self { address, requests, open, stop, accepting: Some(accepting) }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Every request so far, in the order in which they were read.
    pub(crate) fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        // Wakes the accepting thread.
        let _woken = TcpStream::connect(self.address);
        if let Ok(mut open) = self.open.lock() {
            for it in open.drain(..) {
                let _closed = it.shutdown(Shutdown::Both);
            }
        }
        if let Some(it) = self.accepting.take() {
            let _panicked = it.join();
        }
    }
}

fn serve(
    stream: TcpStream,
    answer: &(impl Fn(&Request, &mut Responder) + Send + Sync),
    requests: &Mutex<Vec<Request>>,
    stop: Arc<AtomicBool>,
) {
    if stream.set_read_timeout(Some(READ_TIMEOUT)).is_err() {
        return;
    }
    let Some(request) = read_request(&stream) else { return };
    requests.lock().unwrap().push(request.clone());
    let mut responder = Responder { stream, stop };
    answer(&request, &mut responder);
    let _closed = responder.stream.shutdown(Shutdown::Both);
}

/// `None` for a peer that left, or whose request is not one.
fn read_request(stream: &TcpStream) -> Option<Request> {
    let mut reader = BufReader::new(stream);
    let first = read_line(&mut reader)?;
    let mut words = first.split(' ');
    let (method, path) = (words.next()?.to_owned(), words.next()?.to_owned());
    let mut headers = Vec::new();
    loop {
        let line = read_line(&mut reader)?;
        if line.is_empty() {
            break;
        }
        let (name, value) = line.split_once(':')?;
        headers.push((name.trim().to_owned(), value.trim().to_owned()));
    }
    let mut request = Request { method, path, headers, body: Vec::new() };
    if request.header("expect").is_some() {
        let mut stream = stream;
        stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").ok()?;
    }
    request.body = if request.header("transfer-encoding").is_some() {
        read_chunks(&mut reader)?
    } else {
        let length = request.header("content-length").map_or(Some(0), |it| it.parse().ok())?;
        read_exactly(&mut reader, length)?
    };
    Some(request)
}

fn read_line(reader: &mut impl BufRead) -> Option<String> {
    let mut line = String::new();
    let n_read = reader.by_ref().take(64 << 10).read_line(&mut line).ok()?;
    (n_read != 0).then(|| line.trim_end_matches(['\r', '\n']).to_owned())
}

fn read_exactly(reader: &mut impl Read, length: usize) -> Option<Vec<u8>> {
    if MAX_BODY < length {
        return None;
    }
    let mut bytes = vec![0; length];
    reader.read_exact(&mut bytes).ok()?;
    Some(bytes)
}

fn read_chunks(reader: &mut impl BufRead) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let size = read_line(reader)?;
        let size = usize::from_str_radix(size.split(';').next()?.trim(), 16).ok()?;
        if MAX_BODY < body.len() + size {
            return None;
        }
        body.extend(read_exactly(reader, size)?);
        read_line(reader)?;
        if size == 0 {
            return Some(body);
        }
    }
}
