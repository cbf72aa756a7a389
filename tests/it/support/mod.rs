//! What the tests stand on; none of it knows what Deming should answer.

pub(crate) mod author;
pub(crate) mod claude;
pub(crate) mod codex;
pub(crate) mod connect_proxy;
pub(crate) mod fake_clients;
pub(crate) mod finished;
pub(crate) mod hook_plugin;
pub(crate) mod http;
pub(crate) mod messages_api;
pub(crate) mod need;
pub(crate) mod normal;
pub(crate) mod plugin;
pub(crate) mod processes;
pub(crate) mod prompt;
pub(crate) mod puppet;
pub(crate) mod reply;
pub(crate) mod repo;
pub(crate) mod responses_api;
pub(crate) mod rogue;
pub(crate) mod run;
pub(crate) mod sample;
pub(crate) mod sandbox;
pub(crate) mod screen;
pub(crate) mod stage;
pub(crate) mod steps;
pub(crate) mod terminal;
