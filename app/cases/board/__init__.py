"""The accompagnements that filters keep, as a table, in columns by state, or by the days of their échéances: one address for the three.

- ``agenda``: what other domains know of the days of accompagnements.
- ``asked``: the filters that an address asks for.
- ``files``: the files that other domains make of them.
- ``metrics``: what the figures of these pages count.
"""
