"""What agents do of the last list: firms put on lists, alerts answered, firms given to a colleague, subscriptions."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.queries import find_agent_by_email
from app.core.access.identity import Identity, Nature, system_identity
from app.core.database.unit_of_work import unit_of_work
from app.core.errors import DomainError
from app.core.now import today
from app.detections.answers import services as answers
from app.detections.answers.models import AnswerKind, AnswerReason
from app.detections.answers.services import AlertAnswer
from app.detections.bulk import services as bulk
from app.detections.lists.queries import find_current_list
from app.detections.models import DetectionEntry
from app.habilitations.queries import identity_of, list_audiences
from app.watching.lists import services as company_lists
from app.watching.lists.models import CompanyList, ListSource
from app.watching.lists.services import ListRequest
from app.watching.queries import slice_of_views
from app.watching.subscriptions import services as subscriptions
from app.watching.subscriptions.models import TellingPace
from scoring.vocabulary import Level

ACTOR = system_identity("Démonstration")
AGENT, COLLEAGUE, MANAGER = (f"{name}@demo.invalid" for name in ("aline", "bruno", "elsa"))
#: partners' lists: their name, whose they are, the nature they need, and how many of the firms in alert they hold
PARTNERS = (
    ("Liste retraitée", ListSource.DGFIP, Nature.SCORE, 12),
    ("Plan de relance", ListSource.RELANCE, None, 7),
    ("Entreprises stratégiques", ListSource.STRATEGIC, None, 4),
)
ANSWERS = (
    AlertAnswer(
        kind=AnswerKind.INEXACT, reasons=[AnswerReason.NO_DIFFICULTY],
        comment="Le retard vient d’un changement de comptable, régularisé depuis.",
    ),
    AlertAnswer(
        kind=AnswerKind.HANDLED, reasons=[AnswerReason.SUPPORTED],
        comment="La Banque de France suit le dossier avec nous.",
    ),
    AlertAnswer(
        kind=AnswerKind.WATCHED, reasons=[AnswerReason.AWAITED], returns_on=today() + timedelta(days=21),
        comment="Réponse attendue d’un acheteur.",
    ),
)  # fmt: skip


def are_done() -> bool:
    """Whether they were: a demonstration is resumed where it stopped."""
    with unit_of_work(ACTOR) as session:
        return session.scalar(select(CompanyList.id).limit(1)) is not None


def perform() -> str:
    """Do them, each person in a unit of work of their own; return a summary sentence."""
    agent, colleague, manager = (identity_of_person(email) for email in (AGENT, COLLEAGUE, MANAGER))
    with unit_of_work(agent) as session:
        answered = _answer(session, agent)
    with unit_of_work(agent) as session:
        _subscribe(session, agent)
    with unit_of_work(manager) as session:
        given = _give(session, manager, colleague)
    # Last: what says that all of it was done.
    with unit_of_work(agent) as session:
        _list_firms(session, agent)
    with unit_of_work(manager) as session:
        _bring(session, manager)
    return f"{answered} réponses, {given} entreprises confiées, {len(PARTNERS) + 1} listes, deux abonnements"


def _answer(session: Session, agent: Identity) -> int:
    entries = alerts(session)[: len(ANSWERS)]
    for entry, said in zip(entries, ANSWERS, strict=False):
        answers.answer(session, agent, entry, said)
    return len(entries)


def _subscribe(session: Session, agent: Identity) -> None:
    view = next(iter(slice_of_views(session, agent, size=1).rows), None)
    if view is not None:
        subscriptions.subscribe(
            session, agent, view=view, department=None, pace=TellingPace.DAILY, by_mail=False
        )
    department = agent.departments[0]
    subscriptions.subscribe(
        session, agent, view=None, department=department, pace=TellingPace.WEEKLY, by_mail=True
    )


def _list_firms(session: Session, agent: Identity) -> None:
    network = next(
        network.id for network in list_audiences(session, agent) if not network.is_codefi
    )
    asked = ListRequest(
        label="À voir ce mois-ci", description="Choisies en réunion d’équipe", network_id=network
    )
    known = company_lists.create(session, agent, asked)
    company_lists.fill(session, agent, known, [entry.siren for entry in alerts(session)[3:8]])


def _bring(session: Session, manager: Identity) -> None:
    sirens = [entry.siren for entry in alerts(session)]
    for number, (label, source, nature, count) in enumerate(PARTNERS):
        asked = ListRequest(label=label, source=source, is_open=True, nature=nature)
        known = company_lists.create(session, manager, asked)
        company_lists.fill(session, manager, known, sirens[number * 2 :: 3][:count])


def _give(session: Session, manager: Identity, colleague: Identity) -> int:
    theirs = [e.siren for e in alerts(session) if colleague.covers(e.departments)][:3]
    if not theirs:
        return 0
    act = bulk.prepare(session, manager, kind="assign", keys=theirs)
    bulk.choose(session, manager, act, str(colleague.agent_id))
    try:
        return bulk.do(session, manager, act)
    except DomainError:
        # Each of them is already accompanied by somebody else.
        return 0


def alerts(session: Session) -> Sequence[DetectionEntry]:
    """The alerts of the last list that the person reads, the worst first."""
    current = find_current_list(session)
    if current is None:
        raise DomainError("Aucune liste n’est publiée.")
    shown = (DetectionEntry.list_id == current.id, DetectionEntry.level != Level.NONE)
    worst_first = (DetectionEntry.level, DetectionEntry.rank, DetectionEntry.siren)
    return session.scalars(select(DetectionEntry).where(*shown).order_by(*worst_first)).all()


def identity_of_person(email: str) -> Identity:
    """Return what one of the people may do today; raise `DomainError` without their account."""
    with unit_of_work(ACTOR) as session:
        agent = find_agent_by_email(session, email)
        if agent is None:
            raise DomainError(f"Le compte {email} manque à la démonstration.")
        return identity_of(session, agent)
