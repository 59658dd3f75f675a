"""The people of an accompagnement."""
