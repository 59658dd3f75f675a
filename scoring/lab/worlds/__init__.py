"""Worlds whose truth is known, where a method of learning is tried before it is trusted."""
