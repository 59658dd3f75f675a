"""What may be done to many accompagnements at once."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from app.cases.assignments.bulk import colleague_of, colleagues
from app.cases.board.files import case_files
from app.cases.bulk import queries, services
from app.cases.models import Case
from app.core.access.identity import Identity
from app.core.errors import DomainError
from app.detections.bulk.kinds import BulkKind, export_of
from app.detections.bulk.subjects import BulkSubject
from app.network.models import FollowLevel
from app.values.models import ListValue

CASES = BulkSubject[Case](
    code="case",
    one="accompagnement",
    of_these="de ces accompagnements",
    find=queries.list_chosen,
    key=lambda case: str(case.id),
    siren=lambda case: case.siren,
    name=lambda case: f"{case.company.name} ({case.department})",
    endpoint="cases.detail",
    arguments=lambda case: {"case_id": case.id},
    out_of_reach="hors de ce que vous lisez",
    listed="Accompagnements",
    list_endpoint="cases.index",
    files=lambda: [(file.format, file.endpoint) for file in case_files],
)


def _tags(session: Session, identity: Identity) -> Sequence[tuple[str, str]]:
    return [(str(tag.id), tag.full_label) for tag in services.list_tags(session, identity)]


def _tag(session: Session, identity: Identity, choice: str) -> ListValue:
    for tag in services.list_tags(session, identity):
        if str(tag.id) == choice:
            return tag
    raise DomainError("Cette étiquette n’est plus proposée : choisissez-en une autre.")


def _against_referent(
    session: Session, identity: Identity, chosen: Sequence[Case], choice: str
) -> Mapping[str, str]:
    colleague = colleague_of(session, identity, choice)
    return services.against_referent(session, identity, chosen, colleague)


def _make_referent(
    session: Session, identity: Identity, chosen: Sequence[Case], choice: str
) -> Mapping[str, Any]:
    return services.make_referent(
        session, identity, chosen, colleague_of(session, identity, choice)
    )


def _against_tag(
    session: Session, identity: Identity, chosen: Sequence[Case], choice: str
) -> Mapping[str, str]:
    return services.against_tag(session, identity, chosen, _tag(session, identity, choice))


def _put_tag(
    session: Session, identity: Identity, chosen: Sequence[Case], choice: str
) -> Mapping[str, Any]:
    return services.put_tag(session, identity, chosen, _tag(session, identity, choice))


def _followed(
    session: Session, identity: Identity, chosen: Sequence[Case], _level: str
) -> Mapping[str, str]:
    return services.against_following(session, identity, chosen)


def _follow(
    session: Session, identity: Identity, chosen: Sequence[Case], level: str
) -> Mapping[str, Any]:
    return services.follow(session, identity, chosen, FollowLevel(level))


REFERENT = BulkKind[Case](
    code="referent",
    subject=CASES.code,
    label="Ajouter un référent",
    note="Ceux qui sont déjà référents le restent ; chacun est averti.",
    position=10,
    question="Qui ?",
    choices=colleagues,
    leaves_out=_against_referent,
    do=_make_referent,
    undo=services.unmake_referent,
)
TAG = BulkKind[Case](
    code="tag",
    subject=CASES.code,
    label="Poser une étiquette",
    note="Les membres du réseau de l’étiquette la lisent, et personne d’autre.",
    position=20,
    question="Quelle étiquette de votre réseau ?",
    choices=_tags,
    leaves_out=_against_tag,
    do=_put_tag,
    undo=services.take_tag_off,
)
FOLLOW = BulkKind[Case](
    code="follow",
    subject=CASES.code,
    label="Suivre les entreprises",
    position=30,
    question="M’informer de",
    choices=lambda _session, _identity: FollowLevel.choices(),
    leaves_out=_followed,
    do=_follow,
    undo=services.unfollow,
)
ALL = (REFERENT, TAG, FOLLOW, export_of(CASES.code))
