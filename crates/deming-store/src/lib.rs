//! The only place that writes files: whole, fsynced, 0600 in 0700 folders.
