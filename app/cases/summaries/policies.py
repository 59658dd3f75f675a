"""Who reads the former texts of a synthèse; whoever contributes to the accompagnement writes it, for one of their networks."""

from app.core.access.identity import AGENTS
from app.core.access.permissions import Permission, Rule

RULES = {Permission.SUMMARY_READ: Rule(AGENTS)}
