//! The helper behind the slash commands.

fn main() {}
