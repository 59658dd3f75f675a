"""What came of proposing or taking accompagnements, in a sentence."""

from app.cases.handover.services import Proposed
from app.core.text.french import counted_fr


def told_proposed(proposed: Proposed, name: str) -> str:
    """How many are proposed to whom, and why others are not."""
    agreed = "s" if proposed.count > 1 else ""
    said = f"{counted_fr(proposed.count, 'accompagnement')} proposé{agreed} à {name}."
    others = "".join(
        f" {counted_fr(count, 'accompagnement')} : {reason}."
        for reason, count in proposed.left_out.items()
    )
    return f"{said}{others} Rien ne change tant que cette personne n’a pas répondu."


def told_taken(count: int) -> str:
    """How many were taken."""
    if not count:
        return "Il n’y avait plus rien à prendre : la page dit pourquoi."
    return f"{counted_fr(count, 'accompagnement')} : vous en êtes référent."
