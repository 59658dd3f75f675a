"""The alerts of the home page as cards, and what was just done of one."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from app.companies.models import Company
from app.companies.policies import hears_of_alerts
from app.core.access.identity import Identity
from app.core.text.french import date_fr
from app.detections.lists.rows.cells import brief
from app.detections.lists.rows.listing import ListRow
from app.portal.home.models import HandledAlert
from scoring.vocabulary import Novelty


@dataclass(frozen=True, kw_only=True)
class AlertCard:
    """An alert to handle; without ``level``, the firm is no longer in the current list."""

    siren: str
    name: str
    place: str
    level: str | None
    novelty: str | None
    why: str
    #: it had been put aside until today
    is_back: bool
    is_followed: bool


@dataclass(frozen=True, kw_only=True)
class Done:
    """What was just done of an alert, which may be undone."""

    siren: str
    sentence: str


def cards(
    identity: Identity, rows: Iterable[ListRow], *, back: Collection[str], followed: Collection[str]
) -> list[AlertCard]:
    """Return a card for each row of the list, as far as the reader hears of its alert."""
    return [
        AlertCard(
            siren=row.siren,
            name=row.name,
            place=" ".join(filter(None, (row.commune, row.department and f"({row.department})"))),
            level=row.level.value if row.level else None,
            novelty=row.novelty.label if row.novelty not in (None, Novelty.NONE) else None,
            why=brief(row.cause or ""),
            is_back=row.siren in back,
            is_followed=row.siren in followed,
        )
        for row in rows
        if hears_of_alerts(identity, row)
    ]


def done_of(company: Company, handled: HandledAlert) -> Done:
    """Return what was done of the alert of the firm."""
    if handled.until is not None:
        sentence = f"{company.name} : alerte mise de côté jusqu’au {date_fr(handled.until)}. Elle reviendra ici d’elle-même."
    elif handled.made_follow:
        sentence = f"{company.name} : vous la suivez, son alerte n’est plus à traiter."
    else:
        sentence = f"{company.name} : alerte vue. Vous suiviez déjà cette entreprise."
    return Done(siren=company.siren, sentence=sentence)
