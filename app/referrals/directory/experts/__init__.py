"""An expert: added, changed, archived, away and replaced.

- ``persons``: what is found of an expert who exercises their rights, corrected or erased.
"""
