"""Runs of the detection, from start to published list."""
