"""How the lines of a review are shown on pages and in files."""

from app.core.now import day_of
from app.core.text.exports.spreadsheets import CellKind, Column
from app.habilitations.models import ReviewDecision, ReviewItem
from app.habilitations.presenters import natures

REVIEW_COLUMNS = (
    Column("Agent", width=28), Column("Administration"), Column("Zone", width=28), Column("Natures", width=50),
    Column("Fin", CellKind.DATE), Column("Décision", width=34), Column("Par", width=28), Column("Le", CellKind.DATE),
)  # fmt: skip


def decision(item: ReviewItem) -> str | None:
    """What became of a line of a review; ``None`` while it is undecided."""
    match item.decision:
        case ReviewDecision.KEEP:
            return "Maintenue, renouvellement demandé"
        case ReviewDecision.CHANGE:
            return "Modification demandée"
        case ReviewDecision.WITHDRAW:
            return "Retirée"
    if item.habilitation.withdrawn_at is None:
        return None if item.campaign.closed_at is None else "Finie d’elle-même"
    # Withdrawn by nobody: by the deadline.
    return "Retirée faute de décision" if item.habilitation.withdrawn_by is None else "Déjà retirée"


def review_row(item: ReviewItem) -> tuple[object, ...]:
    """The values of `REVIEW_COLUMNS` for a line of a review."""
    right = item.habilitation
    return (
        item.agent.full_name, item.agent.administration.label, right.zone.name, natures(right), right.ends_on,
        decision(item) or "À décider", item.decider.full_name if item.decider else None,
        day_of(item.decided_at) if item.decided_at else None,
    )  # fmt: skip
