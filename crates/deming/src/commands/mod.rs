//! One file per subcommand: its arguments beside its function.

pub mod config;
pub mod consent;
pub mod doctor;
pub mod metrics;
pub mod refine;
pub mod review;
pub mod scan;
