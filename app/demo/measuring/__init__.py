"""What the demonstration measures of itself: what its model learns, whether support helped, what its reports say.

- ``known``: what the simulated region knows of the effect of support on the firms of a study.
- ``labels``: what the model in service learnt, and what one would learn today.
- ``reports``: the report of the last year, published, and that of the last half-year of the région.
- ``studies``: studies of the effect, of the region and of a larger simulated world, whose truth is known.
"""
