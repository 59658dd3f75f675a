"""Partner files to a lake, and monthly views of it."""
