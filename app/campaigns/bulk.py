"""Putting many firms of a list in a campaign at once."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from app.campaigns import queries, services
from app.campaigns.models import ContactCampaign
from app.companies.models import Company
from app.core.access.identity import Identity, Nature
from app.core.errors import DomainError, NotFoundError
from app.detections.bulk.kinds import BulkKind

REASONS = {
    "known": "déjà dans cette campagne",
    "supported": "déjà accompagnée",
    "inactive": "sans établissement actif",
    "out_of_reach": "hors du territoire de la campagne",
}


def _campaigns(session: Session, identity: Identity) -> Sequence[tuple[str, str]]:
    """Those that say that their firms come from alerts: the firms of a list do."""
    running = queries.list_open(session, identity)
    return [(str(each.id), each.label) for each in running if each.nature is Nature.SCORE]


def _chosen(session: Session, identity: Identity, choice: str) -> ContactCampaign:
    try:
        return queries.get_campaign(session, identity, int(choice))
    except NotFoundError:
        raise DomainError("Cette campagne n’est plus la vôtre : choisissez-en une autre.") from None


def _left_out(
    session: Session, identity: Identity, firms: Sequence[Company], choice: str
) -> Mapping[str, str]:
    campaign = _chosen(session, identity, choice)
    joined = services.foresee(session, identity, campaign, [firm.siren for firm in firms])
    return {siren: said for name, said in REASONS.items() for siren in getattr(joined, name)}


def _fill(
    session: Session, identity: Identity, firms: Sequence[Company], choice: str
) -> Mapping[str, Any]:
    campaign = _chosen(session, identity, choice)
    joined = services.fill(session, identity, campaign, [firm.siren for firm in firms])
    return dict.fromkeys(joined.added, campaign.id)


def _undo(session: Session, identity: Identity, taken: Mapping[str, Any]) -> Sequence[str]:
    (choice,) = set(taken.values())
    campaign = _chosen(session, identity, str(choice))
    return services.take_out(session, identity, campaign, list(taken))


FILL = BulkKind(
    code="campaign",
    label="Ajouter à une campagne",
    position=25,
    question="Quelle campagne ?",
    choices=_campaigns,
    leaves_out=_left_out,
    do=_fill,
    undo=_undo,
)
