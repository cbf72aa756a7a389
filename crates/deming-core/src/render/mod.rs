//! The only place that makes Markdown.

pub mod consent;
pub mod consents;
pub mod diff;
pub mod doctor;
pub mod markdown;
pub mod metrics;
pub mod review_log;
pub mod review_report;
pub mod scan_report;
pub mod sections;
pub mod session_log;
pub mod session_report;
pub mod settings;
pub mod table;
