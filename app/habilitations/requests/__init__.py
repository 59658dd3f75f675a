"""From the request of rights to somebody else's decision."""
