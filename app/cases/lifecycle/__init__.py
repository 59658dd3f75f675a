"""An accompagnement that comes back: opened again, duplicated, deleted with a reason, and that deletion undone.

- ``obstacles``: what stands on an accompagnement, and keeps it from being deleted.
"""
