"""Who answers where, subject by subject: where nobody does, where two do the same.

- ``exporting``: the matrix in a file.
- ``grid``: the matrix, from the directory and the communes of each territory.
- ``measuring``: how much of some areas is covered.
"""
