"""Granting and withdrawing rights, and the register of habilitations."""
