"""Granting and withdrawing rights, and the register of habilitations.

- ``decisions``: a request asked by one person and decided by another: written once while it waits, decided once, by a third person.
"""
