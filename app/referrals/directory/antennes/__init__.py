"""Institutions and their antennes: what they cover, for which firms, who keeps their entries."""
