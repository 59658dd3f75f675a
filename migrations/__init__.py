"""The migrations of the database: a baseline of one file a domain, then one change a file."""
