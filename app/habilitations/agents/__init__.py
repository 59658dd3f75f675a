"""The accounts of agents: list, roles, opening and closing, files."""
