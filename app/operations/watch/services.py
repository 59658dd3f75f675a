"""Look at the service: write how each thing stands, and tell administrators what changed, once."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.accounts.queries import list_administrators
from app.core import journal
from app.core.access.identity import Identity
from app.core.database.locks import take_turn
from app.core.front.addresses import address_of, path_to
from app.messages import bell
from app.messages.letters import Letter, Link, Part
from app.messages.models import Reason
from app.messages.outbox import post
from app.operations.watch import queries
from app.operations.watch.judgements import Judgement
from app.operations.watch.models import WatchedThing, WatchStanding
from app.operations.watch.readings import Readings
from app.operations.watch.rules import WATCHED, Watched
from config import Config

LOCK = 7_146_205


@dataclass(frozen=True, kw_only=True)
class StandingChange:
    """A thing that stands otherwise than when it was last looked at."""

    thing: Watched
    former: WatchStanding
    judgement: Judgement

    @property
    def is_alarm(self) -> bool:
        """Whether somebody has something to do of it now."""
        return self.judgement.standing.is_alarming

    @property
    def is_told(self) -> bool:
        """Whether administrators are told: it is an alarm, or it was one."""
        return self.thing.is_mailed and (self.is_alarm or self.former.is_alarming)


def look(session: Session, identity: Identity, config: Config) -> None:
    """Read the service, keep how each thing stands, tell what changed. ``session`` must act for the system."""
    # One look at a time: two would both see a change, and tell it twice.
    take_turn(session, LOCK)
    keep(session, identity, queries.read(session, config))


def keep(session: Session, identity: Identity, read: Readings) -> None:
    """Write how each thing stands from what was read; a change is journaled, and told once to each administrator."""
    known = queries.list_things(session)
    changes = []
    for watched in WATCHED:
        judgement, former = watched.judge(read), known.get(watched.code)
        if former is None:
            former = WatchedThing(code=watched.code, standing=WatchStanding.FINE, since=read.moment)
            session.add(former)
        if former.standing is not judgement.standing:
            changes.append(
                StandingChange(thing=watched, former=former.standing, judgement=judgement)
            )
            former.standing, former.since = judgement.standing, read.moment
        former.looked_at = read.moment
    session.flush()
    if changes:
        found = {change.thing.code: change.judgement.standing.value for change in changes}
        journal.record(session, identity, journal.Event.SERVICE_CHANGED, standings=found)
    told = [change for change in changes if change.is_told]
    if told:
        _tell(session, told, key=f"operations:watch:{read.moment.isoformat()}")
    _ring(session, changes)


def _tell(session: Session, changes: Sequence[StandingChange], *, key: str) -> None:
    """Write one e-mail to each administrator, however many things changed."""
    letter = letter_of(changes)
    for agent_id in list_administrators(session):
        post(session, agent_id=agent_id, key=f"{key}:{agent_id}", letter=letter)


def letter_of(changes: Sequence[StandingChange]) -> Letter:
    """The e-mail that tells changes: what needs somebody first, then what is over."""
    alarms = [change for change in changes if change.is_alarm]
    names = ", ".join(change.thing.label.lower() for change in alarms or changes)
    return Letter(
        subject=f"État du service : {names}" if alarms else f"État du service, en ordre : {names}",
        parts=[_part(change) for change in sorted(changes, key=lambda change: not change.is_alarm)],
        action=Link(label="Voir l’état du service", url=address_of("service.index")),
    )


def _part(change: StandingChange) -> Part:
    judgement, label = change.judgement, change.thing.label
    if change.is_alarm:
        told = f"{label} : {judgement.standing.label.lower()}. {judgement.told}"
        return Part(text=told, lines=[f"À faire : {change.thing.todo}"])
    return Part(text=f"{label} : c’est terminé. {judgement.told}")


def _ring(session: Session, changes: Sequence[StandingChange]) -> None:
    """Have the bell say each alarm while it lasts, and no longer."""
    told = [change for change in changes if change.is_told]
    bell.settle(session, [_bell_key(change) for change in told])
    for change in told:
        if change.is_alarm:
            for agent_id in list_administrators(session):
                bell.announce(
                    session, agent_id=agent_id, key=_bell_key(change), reason=Reason.ADMINISTERS,
                    subject=f"{change.thing.label} : {change.judgement.standing.label.lower()}",
                    path=path_to("service.index"),
                )  # fmt: skip


def _bell_key(change: StandingChange) -> str:
    return f"operations:watch:{change.thing.code}"
