//! The hooks of the plugin; no command reaches this binary.

fn main() {}
