"""Seeing Vigie as another agent, to help them: read-only, within one's own rights, journaled under both names."""

from dataclasses import replace

from sqlalchemy.orm import Session

from app.accounts.models import Agent
from app.core import journal
from app.core.access.elevation import reading_as_system
from app.core.access.identity import Identity, Nature, Role
from app.core.access.permissions import Permission, Rule, permits
from app.core.errors import NotFoundError
from app.core.journal import Event
from app.habilitations.queries import find_identity, identity_of


def is_within(own: Identity, target: Identity) -> bool:
    """Whether ``own`` may see Vigie as ``target``: never upwards or sideways.

    ``own`` must be allowed everything that the target may do or read: roles, natures where they are held, zone and
    networks. Other administrateurs are out of bounds, and so is oneself.
    """
    return (
        own.impersonated_by is None
        and target.agent_id != own.agent_id
        and not target.has_role(Role.ADMINISTRATEUR)
        and target.roles <= own.roles
        and set(target.departments) <= set(own.departments)
        and _natures_held(target) <= _natures_held(own)
        and set(target.network_ids) <= set(own.network_ids)
    )


RULES = {
    Permission.AGENT_IMPERSONATE: Rule(
        frozenset({Role.ADMINISTRATEUR}),
        is_within,
        "Vous ne pouvez voir Vigie que comme un agent dont les rôles, la zone, les natures de données et les réseaux "
        "sont tous compris dans les vôtres.",
        needs_habilitation=False,
    )
}


def get_target(session: Session, _identity: Identity, agent_id: int) -> Identity:
    """The identity of an agent with the rights in force; raise `NotFoundError` when there is no open account."""
    with reading_as_system(session, reason="Droits d’un agent") as connection:
        target = find_identity(connection, agent_id)
    if target is None:
        raise NotFoundError
    return target


def may_see_as(session: Session, own: Identity, agent: Agent) -> bool:
    """Whether ``own`` would be allowed to see Vigie as ``agent``, so that the agent's page offers only what is allowed."""
    if not agent.active or not permits(own, Permission.AGENT_IMPERSONATE):
        return False
    return permits(own, Permission.AGENT_IMPERSONATE, identity_of(session, agent))


def seen_by(own: Identity, target: Identity) -> Identity:
    """``target`` as impersonated by ``own``: the target's invitations and unlocks count only if ``own`` has them too."""
    return replace(
        target,
        impersonated_by=own,
        case_ids=tuple(case for case in target.case_ids if case in own.case_ids),
        former_case_ids=tuple(
            case for case in target.former_case_ids if case in own.former_case_ids
        ),
        case_sirens=tuple(siren for siren in target.case_sirens if siren in own.case_sirens),
        unlocked_sirens=tuple(
            siren for siren in target.unlocked_sirens if siren in own.unlocked_sirens
        ),
    )


def record_start(session: Session, own: Identity, target: Identity) -> None:
    """Journal that ``own`` starts seeing Vigie as ``target``."""
    _record(session, own, target, Event.IMPERSONATION_STARTED)


def record_end(session: Session, own: Identity, target: Identity) -> None:
    """Journal that ``own`` stops seeing Vigie as ``target``."""
    _record(session, own, target, Event.IMPERSONATION_ENDED)


def _record(session: Session, own: Identity, target: Identity, event: Event) -> None:
    journal.record(session, own, event, seen_as=journal.seen_as(target))


def _natures_held(identity: Identity) -> set[tuple[Nature, str]]:
    """Each nature, in each département where it is held."""
    return {(nature, code) for nature, codes in identity.zones.items() for code in codes}
