"""Public pages about the service itself: what it costs, what it changes, and to whom a fault is told."""
