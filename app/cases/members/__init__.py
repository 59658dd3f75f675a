"""Who takes part in an accompagnement; who takes it over from whoever leaves.

- ``relays``: what goes with it to whoever takes it over.
"""
