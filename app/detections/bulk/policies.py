"""Who acts on many firms: those who read the lists, on firms of their zone."""

from app.core.access.permissions import Permission, Rule
from app.detections.policies import READERS

RULES = {Permission.BULK_ACT: Rule(READERS)}
