"""Open a region once its checklist is complete, close it, write the test e-mail."""

from sqlalchemy.orm import Session

from app.core import journal
from app.core.access.elevation import writing_as_system
from app.core.access.identity import Identity
from app.core.database.locks import take_turn
from app.core.errors import DomainError
from app.core.front.addresses import address_of
from app.core.text.bounds import normalised
from app.messages import outbox
from app.messages.letters import Letter, Link, Part
from app.referrals.areas.gazetteer import Area
from app.referrals.needs.models import LONGEST_REASON
from app.referrals.openings import queries
from app.referrals.openings.checklist import checklist
from app.referrals.openings.models import RegionDecision, RegionTest

#: a region is decided on by one person at a time
TURNS = 7_146_197
NO_REASON = "Dites pourquoi : la décision et sa raison restent lisibles sur cette page."
NOT_READY = "Cette région ne peut pas encore ouvrir. Il manque : {}."
AS_IS = "Cette région est déjà {} : rouvrez la page."
NO_TEAM = "Personne n’est dans l’équipe de l’orientation : demandez ce rôle pour quelqu’un, puis recommencez."
SUBJECT = "Essai des courriels de l’orientation"


def decide(
    session: Session, identity: Identity, region: Area, *, is_open: bool, reason: str | None
) -> RegionDecision:
    """Open or close a region; raise `DomainError` without a reason, or when it may not open yet."""
    why = " ".join(normalised(reason).split())
    if not why:
        raise DomainError(NO_REASON, field="reason")
    if len(why) > LONGEST_REASON:
        raise DomainError(f"Raccourcissez : {LONGEST_REASON} caractères au plus.", field="reason")
    take_turn(session, TURNS)
    if queries.is_open(session, region.code) is is_open:
        raise DomainError(AS_IS.format("ouverte" if is_open else "fermée"))
    if is_open:
        _require_ready(session, identity, region)
    decision = RegionDecision(
        region=region.code, is_open=is_open, reason=why, decided_by=identity.agent_id
    )
    session.add(decision)
    session.flush()
    journal.record(
        session, identity, journal.Event.REGION_DECIDED, region=region.code, is_open=is_open, reason=why
    )  # fmt: skip
    return decision


def try_mail(session: Session, identity: Identity, region: Area) -> int:
    """Write a test e-mail to each account of the team; return how many. It is seen as sent once the server took it."""
    letter = Letter(
        subject=SUBJECT,
        parts=[Part(text=f"Ce courriel vérifie que les messages du guichet partiront : {region.label}.")],
        action=Link(label="Voir la région", url=address_of("openings.show", region_code=region.code)),
    )  # fmt: skip
    with writing_as_system(session, identity, reason="Courriel d’essai"):
        take_turn(session, TURNS)
        before = queries.count_tests(session, region.code)
        team = queries.list_team(session)
        if not team:
            raise DomainError(NO_TEAM)
        for agent_id in team:
            key = f"region:{region.code}:test:{before}:{agent_id}"
            email_id = outbox.post(session, agent_id=agent_id, key=key, letter=letter)
            if email_id is not None:
                session.add(RegionTest(region=region.code, email_id=email_id, asked_by=identity.agent_id))  # fmt: skip
    journal.record(session, identity, journal.Event.REGION_TESTED, region=region.code, count=len(team))  # fmt: skip
    return len(team)


def _require_ready(session: Session, identity: Identity, region: Area) -> None:
    points = checklist(queries.load_known(session, identity), region.code)
    missing = [each.point.label.lower() for each in points if not each.is_met]
    if missing:
        raise DomainError(NOT_READY.format(", ".join(missing)))
