"""The sheet of each week: what contacts say of the levels predicted, how alerts were judged, what texts speak of, ideas, changes.

- ``themes``: what texts speak of, told by declared words.
"""
