"""Measures that were mobilised for a firm: which, how much, from when to when; corrected or taken off, the former stays in the history."""
