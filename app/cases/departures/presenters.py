"""What came of giving accompagnements, in a sentence."""

from app.cases.departures.services import Entrusted
from app.core.text.french import counted_fr


def told(entrusted: Entrusted) -> str:
    """How many were given to whom, and why others were not."""
    agreed = "s" if entrusted.count > 1 else ""
    given = f"{counted_fr(entrusted.count, 'accompagnement')} confié{agreed} à {entrusted.name}."
    if not entrusted.count:
        given = f"Rien n’est confié à {entrusted.name}."
    others = "".join(
        f" {counted_fr(count, 'accompagnement')} : {reason}."
        for reason, count in entrusted.left_out.items()
    )
    return given + others
