"""Seeing Vigie as another agent."""
