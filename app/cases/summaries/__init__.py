"""The synthèse of an accompagnement, one per network: rewritten by several agents, who lose no word of one another’s."""
