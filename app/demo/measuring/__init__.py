"""What the demonstration measures of itself: what its model learns, whether support helped, what its reports say.

- ``known``: what the simulated region knows of the effect of support on the firms of a study.
- ``labels``: what a model would learn today of every firm.
- ``reports``: the report of the last year, published, and that of the last half-year of the région.
- ``studies``: studies of the effect, of the region and of a larger simulated world, whose truth is known.
"""
