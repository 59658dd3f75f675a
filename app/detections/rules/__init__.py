"""The expert rules: their versions, and their preview on the list in force.

- ``engine``: the text of the expert rules: parsed, described, its mistakes reported.
- ``panels``: the expert rules, on the page of the model.
- ``preview``: the effect of other expert rules on the list in force: how many firms would enter, leave or change level, and which.
"""
