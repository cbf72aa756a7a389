//! What can be wrong with an address that plans would go to.

use std::net::IpAddr;

/// The scheme, and the user name and host behind it.
fn parts(address: &str) -> (&str, &str) {
    let (scheme, rest) = address.split_once("://").unwrap_or(("", address));
    (scheme, rest.split(['/', '?', '#']).next().unwrap_or_default())
}

/// Whether an address holds a user name, with a password perhaps.
pub(crate) fn has_user(address: &str) -> bool {
    parts(address).1.contains('@')
}

/// Why plans should not go there, if there is a reason.
pub(crate) fn doubt(address: &str) -> Option<&'static str> {
    let (scheme, host) = parts(address);
    match scheme {
        _ if has_user(address) => Some("holds a user name; keys come from variables"),
        _ if host.is_empty() => Some("is no address"),
        "https" => None,
        "http" if is_this_machine(host) => None,
        "http" => Some("would send plans unencrypted; use https"),
        _ => Some("must begin with https://, or http:// for this machine"),
    }
}

/// Whether a host, perhaps with a port, is this machine.
fn is_this_machine(host: &str) -> bool {
    let name = match host.strip_prefix('[').and_then(|it| it.split_once(']')) {
        Some((name, _)) => name,
        None => host.split(':').next().unwrap_or_default(),
    };
    name == "localhost" || name.parse::<IpAddr>().is_ok_and(|it| it.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_encrypted_or_here() {
        for address in
            ["https://a.example", "http://127.0.0.1:1/v1", "http://[::1]:1", "http://localhost"]
        {
            assert_eq!(doubt(address), None, "{address}");
        }
        let plain = Some("would send plans unencrypted; use https");
        for address in ["http://a.example/v1", "http://127.a.example", "http://localhost.example"] {
            assert_eq!(doubt(address), plain, "{address}");
        }
        assert_eq!(
            doubt("http://a@127.0.0.1"),
            Some("holds a user name; keys come from variables")
        );
        assert_eq!(doubt("https://"), Some("is no address"));
        assert_eq!(doubt("ftp://a"), Some("must begin with https://, or http:// for this machine"));
    }
}
