"""How a file that comes back is told."""

from app.core.text.french import counted_fr
from app.exchanges.returns.models import CaseImport


def said_of(kept: CaseImport) -> str:
    """Return what was done of a file."""
    if kept.applied_at is None:
        return "Pas encore appliqué"
    done = kept.outcome
    parts = [
        counted_fr(done["applied"], "champ") + " changé" + ("s" if done["applied"] > 1 else "")
    ]
    if done["aside"]:
        parts.append(f"{done['aside']} de côté : changés dans Vigie depuis l’export")
    if done["refused"]:
        parts.append(f"{done['refused']} refusés")
    return ", ".join(parts)
