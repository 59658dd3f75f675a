"""Statistical secrecy: which cells of published tables are masked so that no firm is found in them.

What may not be told is masked first (too few firms, one that is nearly the whole), then what would give it back by
subtraction; an audit by linear programming says that nothing masked can be computed from what is told.

- ``audit``: what a reader can compute of masked cells, with every cell that is told.
- ``cells``: published cells as sums of atoms that share no firm: tables with their margins, linked tables, successive publications.
- ``errors``: what stops a publication, in French.
- ``masking``: the mask of a set of tables, the same whatever their order, kept from one publication to the next.
- ``rules``: the thresholds of each source.
"""
