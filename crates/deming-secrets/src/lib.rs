//! Secret rules behind [`deming_core::secret::Scanner`]; their weight stays in this crate.
