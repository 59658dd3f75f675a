"""Finding a person among what Vigie holds, for an open request: what may be theirs, what is, and what is done of it.

- ``extracts``: what the texts of an object say of the person, whatever name it was found by.
"""
