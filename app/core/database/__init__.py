"""The database: where it is, its tables' base, transactions, locks, and an instance from nothing."""
