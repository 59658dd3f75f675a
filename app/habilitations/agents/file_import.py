"""Importing agents from a file: accounts without a passphrase, and requests that somebody else must still validate. Never a right."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts.models import Agent
from app.accounts.services import NewAccount, create_agent
from app.core import journal
from app.core.access.identity import Identity, Role
from app.core.errors import DomainError
from app.core.now import today
from app.core.text.labelled import LabelledEnum
from app.core.web.files import lines as sheets
from app.core.web.files.lines import FileLine
from app.habilitations import reach
from app.habilitations.agents.line_entries import REQUIRED_COLUMNS, Entry, Reader
from app.habilitations.models import Habilitation, HabilitationRequest, RequestState
from app.habilitations.policies import NOT_ONESELF
from app.habilitations.requests import services
from app.habilitations.requests.services import RequestedRights

#: `DomainError` names form fields; a report names columns
COLUMN_OF = {
    "ends_on": "fin", "function": "fonction", "zone": "zone", "natures": "natures", "networks": "reseaux",
    "email": "email",
}  # fmt: skip


class LineOutcome(LabelledEnum):
    """What became of a line."""

    CREATED = "cree", "Créé"
    UPDATED = "mis_a_jour", "Mis à jour"
    UNCHANGED = "inchange", "Inchangé"
    REFUSED = "refuse", "Refusé"


@dataclass(frozen=True, kw_only=True)
class ReportLine:
    """A line of the report; when it is refused, ``column`` is the one at fault."""

    number: int
    email: str
    outcome: LineOutcome
    message: str
    column: str | None = None


def read_lines(content: bytes, name: str) -> list[FileLine]:
    """The lines of a file of agents; raise `DomainError` when the entire file is refused."""
    return sheets.read_lines(
        content, name, is_header=lambda names: "email" in names, columns=REQUIRED_COLUMNS,
        absent="La première ligne doit nommer les colonnes. Partez du modèle.",
    )  # fmt: skip


def import_agents(
    session: Session, identity: Identity, lines: Sequence[FileLine], *, source: str
) -> list[ReportLine]:
    """Apply each line independently; return what became of each, in order. Importing the same file again changes nothing."""
    reader = Reader.of(session, identity)
    work = _Import(session=session, identity=identity, reader=reader, source=source)
    report = [_process(work, line) for line in lines]
    counts = Counter(line.outcome.value for line in report)
    journal.record(
        session, identity, journal.Event.AGENTS_IMPORTED, source=source, counts=dict(counts)
    )
    return report


@dataclass(frozen=True, kw_only=True)
class _Import:
    """What stays the same from one line to the next."""

    session: Session
    identity: Identity
    reader: Reader
    source: str


def _process(work: _Import, line: FileLine) -> ReportLine:
    email = line.cells.get("email", "")
    try:
        if line.error:
            raise DomainError(line.error, field="ligne")
        entry = work.reader.read(line.cells)
        with work.session.begin_nested():
            outcome, message = _apply(work, entry, line.number)
    except DomainError as error:
        column = COLUMN_OF.get(error.field or "", error.field)
        return ReportLine(
            number=line.number,
            email=email,
            outcome=LineOutcome.REFUSED,
            message=error.message,
            column=column,
        )
    except IntegrityError:
        return ReportLine(
            number=line.number, email=email, outcome=LineOutcome.REFUSED, column="email",
            message="Quelqu’un vient d’écrire cet agent : renvoyez le fichier.",
        )  # fmt: skip
    return ReportLine(number=line.number, email=entry.email, outcome=outcome, message=message)


def _apply(work: _Import, entry: Entry, number: int) -> tuple[LineOutcome, str]:
    agent = work.session.scalar(select(Agent).where(func.lower(Agent.email) == entry.email))
    if agent is None:
        agent = _create(work, entry)
        outcome, message = LineOutcome.CREATED, "Compte créé"
    else:
        _require_managed(entry, agent)
        changed = _update(work, agent, entry)
        outcome = LineOutcome.UPDATED if changed else LineOutcome.UNCHANGED
        message = "Identité mise à jour" if changed else "Rien à changer"
    if not _is_news(work, agent, entry):
        return outcome, message
    _require_other(work, agent)
    _ask(work, agent, entry, number)
    sequel = "droits demandés, à valider par une autre personne"
    if outcome is LineOutcome.UNCHANGED:
        return LineOutcome.UPDATED, sequel.capitalize()
    return outcome, f"{message} ; {sequel}"


def _create(work: _Import, entry: Entry) -> Agent:
    account = NewAccount(
        email=entry.email,
        first_name=entry.first_name,
        last_name=entry.last_name,
        administration=entry.administration,
        job_title=entry.function,
        roles=(Role.AGENT,),
    )
    agent = create_agent(work.session, account)
    journal.record(
        work.session,
        work.identity,
        journal.Event.ACCOUNT_OPENED,
        agent=agent.id,
        roles=account.roles,
    )
    return agent


def _require_managed(entry: Entry, agent: Agent) -> None:
    if agent.administration != entry.administration:
        raise DomainError(
            "Cette adresse est celle d’un agent d’une autre administration.", field="email"
        )
    if not agent.active:
        raise DomainError(
            "Ce compte est désactivé : un administrateur peut l’activer.", field="email"
        )


def _require_other(work: _Import, agent: Agent) -> None:
    if agent.id == work.identity.agent_id:
        raise DomainError(NOT_ONESELF, field="email")


def _update(work: _Import, agent: Agent, entry: Entry) -> bool:
    before = {
        "first_name": agent.first_name,
        "last_name": agent.last_name,
        "job_title": agent.job_title,
    }
    after = {
        "first_name": entry.first_name,
        "last_name": entry.last_name,
        "job_title": entry.function or agent.job_title,
    }
    changed = journal.changes(before, after)
    if not changed:
        return False
    _require_other(work, agent)
    for name, value in after.items():
        setattr(agent, name, value)
    work.session.flush()
    journal.record(
        work.session, work.identity, journal.Event.AGENT_UPDATED, agent=agent.id, fields=changed
    )
    return True


def _is_news(work: _Import, agent: Agent, entry: Entry) -> bool:
    """Whether the line says something that neither a right in force nor a pending request already says."""
    held = {network.code for network in reach.list_networks_of(work.session, agent)}
    wanted = {nature.value for nature in entry.natures}
    pending = _pending(work.session, agent, entry.zone)
    if pending is not None:
        return not _matches(wanted, pending.natures, entry, pending.wanted_end) or not held.union(
            pending.networks
        ).issuperset(entry.networks)
    right = _in_force(work.session, agent, entry.zone)
    if right is not None and _matches(wanted, right.natures, entry, right.ends_on):
        return not held.issuperset(entry.networks)
    return entry.zone is not None or not held.issuperset(entry.networks)


def _matches(wanted: set[str], natures: Sequence[str], entry: Entry, end: date) -> bool:
    return wanted == set(natures) and entry.ends_on in (None, end)


def _ask(work: _Import, agent: Agent, entry: Entry, number: int) -> None:
    if entry.zone is None:
        raise DomainError("Donnez la zone et les natures qui vont avec ces réseaux.", field="zone")
    requested = RequestedRights(
        zone=entry.zone,
        natures=entry.natures,
        function=entry.function,
        reason=f"Fichier {work.source}, ligne {number}",
        ends_on=entry.ends_on,
        networks=entry.networks,
        renews=_in_force(work.session, agent, entry.zone),
    )
    services.ask(work.session, work.identity, agent, requested)


def _pending(session: Session, agent: Agent, zone: str | None) -> HabilitationRequest | None:
    return session.scalar(
        select(HabilitationRequest).where(
            HabilitationRequest.agent_id == agent.id,
            HabilitationRequest.zone_code == zone,
            HabilitationRequest.state == RequestState.PENDING,
        )
    )


def _in_force(session: Session, agent: Agent, zone: str | None) -> Habilitation | None:
    return session.scalar(
        select(Habilitation)
        .where(Habilitation.agent_id == agent.id, Habilitation.zone_code == zone)
        .where(Habilitation.in_force(today()))
        .order_by(Habilitation.ends_on.desc())
        .limit(1)
    )
