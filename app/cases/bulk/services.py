"""What is done to many accompagnements, one after the other by the services of one, and undone as far as nobody has changed it since."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from app.accounts.models import Agent
from app.cases import queries as cases
from app.cases.assignments.services import give_case, take_back_case
from app.cases.bulk.queries import list_holding
from app.cases.models import Case
from app.cases.qualification.services import qualify
from app.core.access.identity import Identity
from app.core.errors import DomainError, NotFoundError
from app.habilitations.queries import identity_of
from app.network import queries as network
from app.network import services as follows
from app.network.models import FollowLevel
from app.values.models import ListValue, ValueList
from app.values.queries import list_usable

OVER = "terminé"
NOT_REFERENT = "vous n’en êtes pas référent"
NOT_MEMBER = "vous n’y participez pas"
OUT_OF_ZONE = "hors de la zone de {} : invitez cette personne depuis l’accompagnement"


def list_tags(session: Session, identity: Identity) -> Sequence[ListValue]:
    """Return the tags of the agent's networks."""
    return list_usable(session, identity, ValueList.TAG)


def against_referent(
    session: Session, identity: Identity, chosen: Sequence[Case], colleague: Agent
) -> dict[str, str]:
    """Return why a colleague may not be made référent of some accompagnements, by number."""
    theirs = identity_of(session, colleague)
    reasons = {}
    for case in chosen:
        if not case.is_open:
            reasons[str(case.id)] = OVER
        elif not case.is_referent(identity.agent_id):
            reasons[str(case.id)] = NOT_REFERENT
        elif case.is_referent(colleague.id):
            reasons[str(case.id)] = f"{colleague.full_name} en est déjà référent"
        elif not theirs.covers([case.department]) and not case.is_contributor(colleague.id):
            reasons[str(case.id)] = OUT_OF_ZONE.format(colleague.full_name)
    return reasons


def make_referent(
    session: Session, identity: Identity, chosen: Sequence[Case], colleague: Agent
) -> dict[str, Any]:
    """Make a colleague référent of some accompagnements, besides those who are; return what undoes it."""
    return {str(case.id): give_case(session, identity, case, colleague) for case in chosen}


def unmake_referent(session: Session, identity: Identity, taken: Mapping[str, Any]) -> list[str]:
    """Give back what `make_referent` did, where that can still be; return the numbers."""
    return [key for key, known in taken.items() if take_back_case(session, identity, known)]


def against_tag(
    session: Session, identity: Identity, chosen: Sequence[Case], tag: ListValue
) -> dict[str, str]:
    """Return why a tag may not be put on some accompagnements, by number."""
    holding = list_holding(session, tag.id, [case.id for case in chosen])
    reasons = {}
    for case in chosen:
        if not case.is_open:
            reasons[str(case.id)] = OVER
        elif not case.is_contributor(identity.agent_id):
            reasons[str(case.id)] = NOT_MEMBER
        elif case.id in holding:
            reasons[str(case.id)] = f"porte déjà l’étiquette « {tag.label} »"
    return reasons


def put_tag(
    session: Session, identity: Identity, chosen: Sequence[Case], tag: ListValue
) -> dict[str, Any]:
    """Put a tag on some accompagnements."""
    for case in chosen:
        qualify(session, identity, case, shown=(), chosen=[tag.id])
    return {str(case.id): tag.id for case in chosen}


def take_tag_off(session: Session, identity: Identity, taken: Mapping[str, Any]) -> list[str]:
    """Take off the tag that `put_tag` put, where the agent still contributes; return the numbers."""
    back = []
    for key, value_id in taken.items():
        try:
            case = cases.get_case(session, identity, int(key))
            if case.is_open and case.is_contributor(identity.agent_id):
                qualify(session, identity, case, shown=[value_id], chosen=())
                back.append(key)
        except (DomainError, NotFoundError):
            # Closed, left or out of reach meanwhile: what others did since stays.
            continue
    return back


def against_following(
    session: Session, identity: Identity, chosen: Sequence[Case]
) -> dict[str, str]:
    """Return the accompagnements whose firm the agent follows already, by number."""
    followed = network.list_followed(session, identity, sorted({case.siren for case in chosen}))
    return {str(case.id): "vous suivez déjà l’entreprise" for case in chosen if case.siren in followed}  # fmt: skip


def follow(
    session: Session, identity: Identity, chosen: Sequence[Case], level: FollowLevel
) -> dict[str, Any]:
    """Follow the firms of some accompagnements."""
    sirens = sorted({case.siren for case in chosen})
    followed = set(follows.follow_all(session, identity, sirens, level=level))
    return {str(c.id): {"siren": c.siren, "level": level} for c in chosen if c.siren in followed}


def unfollow(session: Session, identity: Identity, taken: Mapping[str, Any]) -> list[str]:
    """Stop following them, where they are still followed as they were; return the numbers."""
    levels = {known["siren"]: known["level"] for known in taken.values()}
    gone = set(follows.unfollow_all(session, identity, levels))
    return [key for key, known in taken.items() if known["siren"] in gone]
