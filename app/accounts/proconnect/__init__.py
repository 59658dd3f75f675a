"""Signing in by ProConnect."""
