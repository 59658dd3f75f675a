"""Partner files on their way in: received, read, judged, decided of."""
