"""Framework glue that knows no domain."""
