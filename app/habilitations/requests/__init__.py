"""From a request for rights to somebody else's decision."""
