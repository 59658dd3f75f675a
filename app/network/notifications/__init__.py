"""Who is told of what, the bell's page and the morning digest."""
