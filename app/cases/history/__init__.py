"""The history of an accompagnement: states, criticality, context, members, values and measures, before and after, who and when.

- ``panels``: the last lines of it, at the end of the page of an accompagnement.
"""
