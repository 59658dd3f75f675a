"""What is public about the algorithm: what it is for, what it reads, how it weighs it, what it is worth, who decides.

- ``catalogue``: what the algorithm reads and how it weighs it, from the registry of sources and the dictionary of features.
- ``inventory``: the record of the algorithm for an inventory of public algorithms, and the part of a model's card that is public.
- ``wordings``: what the page and the record say in the same words: the purpose, who decides, how to contest.
"""
