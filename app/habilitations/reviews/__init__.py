"""The six-monthly review of rights."""
