"""Files of accompagnements that come back: compared field by field, applied once confirmed.

- ``comparing``: what a file would change, and what it may not.
- ``wishes``: what each cell asks for, and whether the agent may.
"""
