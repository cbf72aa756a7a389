//! Markdown, and the only place that makes it: values in, text out.

pub mod markdown;
