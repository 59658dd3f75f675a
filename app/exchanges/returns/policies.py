"""Who takes accompagnements out in a file, and has it come back: those who work on firms, each with their own rights."""

from app.core.access.permissions import ON_FIRMS, Permission, Rule

RULES = {Permission.PORTFOLIO_IMPORT: Rule(ON_FIRMS)}
