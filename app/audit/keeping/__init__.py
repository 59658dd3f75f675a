"""The journal kept: months, seals, chain, purge."""
