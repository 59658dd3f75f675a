"""A simulated action, performed through the service a real agent would use; what is left waiting for the reader."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from app.cases import services as cases
from app.cases.endings import Ending
from app.cases.measures import services as measures
from app.cases.measures.services import Mobilised
from app.cases.models import Case, Criticality, Outcome
from app.cases.qualification.services import qualify
from app.cases.queries import find_open_case, get_case
from app.companies.models import Company, Establishment
from app.core.access.identity import Identity
from app.core.errors import DomainError
from app.core.now import today
from app.demo.gestures.partners import PartnerEvent, invite, take_part
from app.detections.panels import new_alerts
from app.habilitations.models import Network
from app.network import services as network
from app.network.comments import services as comments
from app.network.models import Comment
from app.portal.home import services as home
from app.portal.home.models import HandledAlert, Postponement
from app.unlocks.models import UnlockSource
from app.unlocks.services import Motive
from app.values.models import ListValue, ValueList
from app.visits import services as visits
from app.visits.models import Channel, ContactResult, DifficultyNature, Verdict
from app.visits.services import Report
from scoring.lab.simulate.agents.events import (
    CommentEvent,
    ContactEvent,
    FollowEvent,
    FollowupEvent,
    SupportClosed,
    SupportOpened,
    VisitEvent,
)


@dataclass(frozen=True)
class _Answer:
    """The result of a telephone contact, in the terms of a visit."""

    result: ContactResult
    verdict: Verdict | None = None
    nature: DifficultyNature | None = None
    severity: int | None = None


ANSWERS = {
    "besoin": _Answer(ContactResult.REPONDU, Verdict.INDETERMINEE),
    "indemne": _Answer(ContactResult.REPONDU, Verdict.NON_CONFIRMEE, DifficultyNature.AUCUNE, 0),
    "refus": _Answer(ContactResult.REFUS),
    "injoignable": _Answer(ContactResult.INJOIGNABLE),
}
CRITICALITIES = {
    "elevee": Criticality.ELEVEE,
    "moderee": Criticality.MODEREE,
    "aucune": Criticality.NONE,
}

#: the sector of a division of activity, of those that are in one
SECTORS = {
    "10": "agroalimentaire", "11": "agroalimentaire", "13": "textile", "14": "mode", "15": "mode", "16": "bois",
    "17": "papeterie", "18": "papeterie", "20": "chimie", "21": "sante", "22": "chimie", "24": "metallurgie",
    "25": "metallurgie", "26": "electronique", "27": "electronique", "29": "automobile", "30": "aeronautique",
    "36": "eau", "37": "eau", "38": "dechets", "41": "construction", "42": "construction", "43": "construction",
    "55": "hotel_restauration", "56": "hotel_restauration", "62": "numerique", "79": "tourisme", "86": "sante",
}  # fmt: skip
DIFFICULTIES = ("baisse_activite", "financement", "dette_sociale", "approvisionnement", "emploi")

#: how long after a visit the next step is planned
NEXT_STEP = timedelta(days=21)
#: people whom nobody will ever meet
MET = (
    "Mme Invraisemblance, gérante", "M. Illusoire, président", "Mme Utopie, directrice financière",
    "M. Postiche, directeur de site", "Mme Factotum, comptable", "M. Mirador, dirigeant",
)  # fmt: skip


def act(session: Session, identity: Identity, event: FollowupEvent | PartnerEvent) -> str:
    """Perform ``event`` as ``identity``; return what was done, in one French word. Raise `DomainError` as the services do."""
    company = session.get_one(Company, event.siren)
    match event:
        case FollowEvent():
            network.follow(session, identity, company)
            return "suivis"
        case CommentEvent():
            comments.write(
                session,
                identity,
                company,
                network_id=_audience(session, identity, event.text),
                body=event.text,
            )
            return "commentaires"
        case ContactEvent() | VisitEvent():
            establishment = session.get_one(Establishment, event.siret)
            visits.log_visit(session, identity, establishment, _report(session, identity, event))
            return "visites"
        case SupportOpened():
            establishment = session.get_one(Establishment, event.siret)
            criticality = CRITICALITIES[event.criticality]
            case = cases.open_case(
                session, identity, establishment, criticality=criticality, context=event.text,
                motive=Motive(source=UnlockSource.INTERNE, text=event.text),
            )  # fmt: skip
            _describe(session, identity, case, company)
            invite(session, identity, case)
            return "accompagnements"
        case SupportClosed():
            return _close(session, identity, event)
        case PartnerEvent():
            return take_part(session, identity, event)


def _describe(session: Session, identity: Identity, case: Case, company: Company) -> None:
    """Say of an accompagnement its sector, a difficulty, who was seized and, for a third of the firms, a measure: always the same."""
    lot = int(company.siren)
    codes = {
        ValueList.SECTOR: SECTORS.get((company.naf or "")[:2], "autres"),
        ValueList.DIFFICULTY: DIFFICULTIES[lot % len(DIFFICULTIES)],
        ValueList.BODY: "codefi",
        ValueList.SCHEME: "delai_urssaf",
    }
    known = select(ListValue.list_code, ListValue.id).where(
        tuple_(ListValue.list_code, ListValue.code).in_(list(codes.items()))
    )
    values = {row.list_code: row.id for row in session.execute(known)}
    measure = values.pop(ValueList.SCHEME)
    qualify(session, identity, case, shown=(), chosen=values.values())
    if lot % 3 == 0:
        said = Mobilised(value_id=measure, starts_on=today(), amount=2_000 * (1 + lot % 40))
        measures.add(session, identity, case, said)


def _close(session: Session, identity: Identity, event: SupportClosed) -> str:
    open_case = find_open_case(session, event.siret)
    if open_case is None:
        raise DomainError("Aucun accompagnement en cours.")
    case = get_case(session, identity, open_case.id)
    jobs = session.get_one(Company, event.siren).workforce
    at_stake = None if jobs is None else round(jobs)
    jobs_kept = None if at_stake is None else _jobs_kept(at_stake, event.outcome)
    ending = Ending(
        outcome=Outcome(event.outcome),
        occurred_on=event.happened_on,
        jobs_at_stake=at_stake,
        jobs_kept=jobs_kept,
        comment=event.text,
    )
    cases.close_case(session, identity, case, ending)
    return "issues"


def _jobs_kept(at_stake: int, outcome: str) -> int:
    shares = {
        "stabilisee": 1.0,
        "restructuree": 0.8,
        "reprise": 0.7,
        "procedure_amiable": 0.9,
        "procedure_collective": 0.4,
    }
    return round(at_stake * shares.get(outcome, 0.0))


def _report(session: Session, identity: Identity, event: ContactEvent | VisitEvent) -> Report:
    audience = _audience(session, identity, event.text)
    if isinstance(event, ContactEvent):
        answer = ANSWERS[event.result]
        return Report(
            visited_on=event.happened_on, channel=Channel.TELEPHONE, contact_result=answer.result, verdict=answer.verdict,
            nature=answer.nature, severity=answer.severity, network_id=audience, body=event.text,
            people_met=_met(event.siren) if answer.result is ContactResult.REPONDU else "",
        )  # fmt: skip
    return Report(
        visited_on=event.visited_on, channel=Channel(event.channel), contact_result=ContactResult(event.contact_result),
        verdict=Verdict(event.verdict) if event.verdict else None,
        nature=DifficultyNature(event.nature) if event.nature else None,
        severity=event.severity, network_id=audience, body=event.text, next_step=event.next_step,
        next_step_on=event.visited_on + NEXT_STEP if event.next_step else None,
        people_met=_met(event.siren) if event.verdict else "",
    )  # fmt: skip


def _met(siren: str) -> str:
    """Whom an agent meets at the firm, always the same."""
    return MET[int(siren) % len(MET)]


def _audience(session: Session, identity: Identity, text: str) -> int | None:
    """Choose the audience of a text, always the same for the same text: a third go to the writer's network, the others to CODEFI."""
    if sum(map(ord, text)) % 3 == 0:
        return identity.own_network_id
    return session.scalar(select(Network.id).where(Network.is_codefi))


def last_comment(session: Session, identity: Identity) -> Comment | None:
    """The last comment that the agent wrote to every network."""
    mine = select(Comment).join(Comment.network).where(Comment.author_id == identity.agent_id)
    everybody = mine.where(Network.is_codefi, Comment.answers_id.is_(None))
    return session.scalar(everybody.order_by(Comment.id.desc()).limit(1))


def answer_once(session: Session, identity: Identity, comment_id: int) -> None:
    """Answer a comment, unless somebody did."""
    if session.scalar(select(Comment.id).where(Comment.answers_id == comment_id)) is None:
        comment = session.get_one(Comment, comment_id)
        comments.reply(session, identity, comment, body="Je les ai eus ce matin. Qui vient jeudi ?")


def put_aside_once(session: Session, identity: Identity) -> None:
    """Put the first new alert aside for a week, unless one was."""
    if session.scalar(select(HandledAlert.siren).limit(1)) is not None:
        return
    alert = next(iter(new_alerts(session, identity)["rows"]), None)
    if alert is not None:
        company = session.get_one(Company, alert.siren)
        home.put_aside(session, identity, company, until=Postponement.WEEK)
