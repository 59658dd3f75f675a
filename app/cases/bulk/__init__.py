"""Acts on many accompagnements of the list: giving a référent, a tag, following. Each goes through the services of one.

- ``kinds``: those acts, what leaves an accompagnement out, and how they are undone.
"""
