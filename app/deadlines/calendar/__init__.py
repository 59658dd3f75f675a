"""One's échéances in one's own calendar, read at a private address without signing in: days and links, never a firm."""
