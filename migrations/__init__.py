"""The database migrations: a baseline of one file per domain, then one file per change."""
