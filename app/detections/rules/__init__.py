"""The expert rules: their versions, their trial on the list in force.

- ``engine``: the expert rules between their text and the lists: read, applied, described, tried on the current list.
- ``panels``: what the page of the model shows of the expert rules.
- ``preview``: what other expert rules would make of the list in force: how many firms would enter, leave or change level, and which.
"""
