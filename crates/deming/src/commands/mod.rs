//! One file per subcommand: its arguments beside its function.

pub mod metrics;
pub mod refine;
pub mod review;
pub mod scan;
