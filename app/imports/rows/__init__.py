"""Rows of a batch that people look at: the first ones, the refused ones."""
