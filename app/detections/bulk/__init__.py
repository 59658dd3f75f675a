"""Acts on many firms of a list, or on many accompagnements: chosen, looked at before they are done, done at once, undone for a time.

- ``kinds``: what may be done to many at once: the domains above register each act.
- ``pages``: what the page of a list and that of a bulk act show.
- ``subjects``: what acts are done to: firms, and what the domains above register.
"""
