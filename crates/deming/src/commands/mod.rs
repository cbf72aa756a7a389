//! One file per subcommand: its arguments beside its function.

pub(crate) mod config;
pub(crate) mod consent;
pub(crate) mod doctor;
pub(crate) mod metrics;
pub(crate) mod pdca;
pub(crate) mod prompts;
pub(crate) mod recall;
pub(crate) mod refine;
pub(crate) mod review;
pub(crate) mod scan;
