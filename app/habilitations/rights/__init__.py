"""Rights given, withdrawn, registered, and their end announced."""
