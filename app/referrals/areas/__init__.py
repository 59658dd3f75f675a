"""Where a need is and where an expert answers: communes, EPCI, départements, regions, the country.

- ``gazetteer``: the areas of France, by code and by name; what was merged leads to what it became.
"""
