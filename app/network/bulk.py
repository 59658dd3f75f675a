"""Following many firms at once."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from app.companies.models import Company
from app.core.access.identity import Identity
from app.detections.bulk.kinds import BulkKind
from app.network import queries, services
from app.network.models import FollowLevel


def _levels(_session: Session, _identity: Identity) -> Sequence[tuple[str, str]]:
    return FollowLevel.choices()


def _followed(
    session: Session, identity: Identity, firms: Sequence[Company], _level: str
) -> Mapping[str, str]:
    already = queries.list_followed(session, identity, [firm.siren for firm in firms])
    return dict.fromkeys(already, "vous la suivez déjà")


def _follow(
    session: Session, identity: Identity, firms: Sequence[Company], level: str
) -> Mapping[str, Any]:
    sirens = [firm.siren for firm in firms]
    followed = services.follow_all(session, identity, sirens, level=FollowLevel(level))
    return dict.fromkeys(followed, level)


def _unfollow(session: Session, identity: Identity, taken: Mapping[str, Any]) -> Sequence[str]:
    return services.unfollow_all(session, identity, taken)


FOLLOW = BulkKind(
    code="follow",
    label="Suivre",
    position=10,
    question="M’informer de",
    choices=_levels,
    leaves_out=_followed,
    do=_follow,
    undo=_unfollow,
)
