"""What is invented of the orientation, before anything is written: pure, and the same each time.

- ``drawing``: the directory as it is drawn: institutions, experts, where nobody answers and where two do the same.
- ``habits``: what an expert makes of a need, and when.
- ``names``: names, what firms say, what experts write.
"""
