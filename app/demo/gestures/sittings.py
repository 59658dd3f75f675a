"""Two sittings of CODEFI: one is over, with its minutes; the agenda of the next one comes from the list of the DGFiP."""

from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.queries import find_agent_by_email
from app.cases.handover.queries import list_portfolio
from app.core.access.identity import Identity, Nature
from app.core.database.unit_of_work import unit_of_work
from app.core.errors import DomainError
from app.core.now import at, today, utcnow
from app.demo.gestures.last_list import ACTOR, AGENT, MANAGER, identity_of_person
from app.habilitations.queries import list_audiences
from app.sittings import services
from app.sittings.agenda import services as agenda
from app.sittings.models import ItemOutcome, Sitting, SittingItem
from app.sittings.queries import list_items
from app.sittings.services import SittingRequest
from app.watching import sources
from app.watching.lists.models import CompanyList, ListSource

SPEAKER = "denis@demo.invalid"
PLACE = "Préfecture de la Côte-d’Or"
AGO, AHEAD = timedelta(days=21), timedelta(days=10)
#: what became of the firms of the first one, in the order of its agenda, and what was decided
DECIDED = (
    (ItemOutcome.EXAMINED, "Un moratoire des parts patronales est demandé à la CCSF."),
    (ItemOutcome.EXAMINED, "La médiation du crédit est saisie."),
    (ItemOutcome.ADJOURNED, "Les comptes du trimestre sont attendus."),
)
#: firms of the next one, and what is to be discussed of the first of them
COMING = 8
TO_DISCUSS = "Sur la liste de la DGFiP, sans accompagnement à ce jour."
TASK = "Saisir la CCSF et dire la date de la commission"


def are_done() -> bool:
    """Whether both were."""
    return _count() > 1


def perform() -> str:
    """Hold one, unless that was done before a stop, and prepare the next, all or nothing for each; return a summary sentence."""
    agent, manager = identity_of_person(AGENT), identity_of_person(MANAGER)
    told = []
    if not _count():
        with at(utcnow() - AGO), unit_of_work(agent) as session:
            told.append(f"une séance tenue ({_hold(session, agent)} entreprises)")
    with unit_of_work(manager) as session:
        told.append(f"une à venir ({_prepare(session, manager)})")
    return ", ".join(told)


def _count() -> int:
    with unit_of_work(ACTOR) as session:
        return session.scalar(select(func.count(Sitting.id))) or 0


def _hold(session: Session, agent: Identity) -> int:
    mine = list_portfolio(session, agent, agent.agent_id or 0)
    sirens = [company.siren for _, company in mine[: len(DECIDED)]]
    sitting = _call(session, agent, label="CODEFI du mois dernier", held_on=today())
    services.enter(session, agent, sitting, sirens)
    items = list_items(session, agent, sitting)
    for item, (outcome, decision) in zip(items, DECIDED, strict=False):
        agenda.decide(session, agent, item, outcome=outcome, decision=decision, version=0)
    if items:
        agenda.give_task(
            session, agent, items[0], what=TASK, due_on=today() + AGO + AHEAD, assignee_id=agent.agent_id
        )  # fmt: skip
        services.settle_minutes(session, agent, sitting)
    return len(items)


def _prepare(session: Session, manager: Identity) -> int:
    known = select(CompanyList.id).where(CompanyList.source == ListSource.DGFIP)
    source = f"{sources.LIST}:{session.scalar(known.limit(1))}"
    nature = sources.nature_of(session, manager, source)
    sirens = sources.sirens_of(session, manager, source, most=services.MOST)
    sitting = _call(
        session, manager, label="CODEFI du mois", held_on=today() + AHEAD, nature=nature
    )
    services.enter(session, manager, sitting, sirens[:COMING])
    items = list_items(session, manager, sitting)
    if items:
        _present(session, manager, items[0])
    return len(items)


def _call(
    session: Session,
    who: Identity,
    *,
    label: str,
    held_on: date,
    nature: Nature | None = None,
) -> Sitting:
    codefi = next(each.id for each in list_audiences(session, who) if each.is_codefi)
    asked = SittingRequest(
        label=label, held_on=held_on, place=PLACE, network_id=codefi, departments=sorted(who.departments), nature=nature,
    )  # fmt: skip
    return services.call(session, who, asked)


def _present(session: Session, manager: Identity, item: SittingItem) -> None:
    speaker = find_agent_by_email(session, SPEAKER)
    if speaker is None:
        raise DomainError(f"Le compte {SPEAKER} manque à la démonstration.")
    agenda.prepare(
        session, manager, item, speaker_id=speaker.id, note=TO_DISCUSS, version=item.version
    )
