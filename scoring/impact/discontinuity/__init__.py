"""What changes at the cut of a list: firms just above were alerted, firms just below were not.

- ``bandwidth``: how far from the cut firms are looked at: the mean squared error of the jump at its lowest.
- ``density``: whether scores or the cut were moved by hand: more firms on one side than a smooth count allows.
- ``local``: weighted polynomials on one side of the cut, and their variance.
- ``estimate``: the jump at the cut, with an interval that allows for the curve it was fitted without.
"""
