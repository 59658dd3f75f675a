"""Slips of elimination: proposed by the system, signed by the archives, carried out one object at a time.

- ``execution``: carrying out what was signed and what takes no visa, in short transactions that a death does not spoil.
- ``panels``: what the page of an accompagnement says once it was eliminated.
"""
