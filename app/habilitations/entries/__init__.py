"""Entering a network of another administration: asked on one side, decided on the other."""
