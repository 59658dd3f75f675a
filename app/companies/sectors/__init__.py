"""What firms of a sector have in common: the median of each monthly series, and how each ratio of the accounts spreads.

Stored when sources are published (docs/adr/0036); a figure has at least so many firms behind it, else there is none.
"""
