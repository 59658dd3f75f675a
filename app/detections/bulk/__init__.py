"""Acts on many firms of a list: chosen, looked at before they are done, done at once, undone for a time.

- ``kinds``: what may be done to many firms: the domains above register each act.
- ``pages``: what the page of a list and that of a bulk act show.
"""
