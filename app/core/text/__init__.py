"""How figures, dates and texts are written, bounded and taken out in files."""
