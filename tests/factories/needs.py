"""A need of an invented firm of Dijon, put to the experts of an invented antenne."""

from dataclasses import dataclass

from sqlalchemy import select

from app.core.now import today
from app.referrals.areas.gazetteer import gazetteer
from app.referrals.directory.antennes import services as antennes
from app.referrals.directory.queries import get_antenne
from app.referrals.needs import queries, services
from app.referrals.needs.models import ConsentHow, FirmNeed, Origin, Referral
from app.referrals.needs.putting import SYSTEM
from app.referrals.needs.services import Consent, NewSolicitation, PersonToCall, submit
from app.referrals.reminders.models import ReferralReminder, ReminderKind
from tests.factories.network import system, working_as
from tests.factories.people import World
from tests.factories.referrals import add_antenne, add_expert, subject_ids

DIJON = "21231"
SAID = "Nous ne pouvons plus payer l’échéance de mars."


@dataclass(frozen=True, kw_only=True)
class PutNeed:
    """What `put_need` wrote, as numbers: of one need, the first expert is Bob, the second has no account."""

    solicitation_id: int
    need_id: int
    subject_id: int
    antenne_id: int
    bob_expert_id: int
    outside_expert_id: int


def plant_experts(
    world: World, *, institution: str = "Réseau imaginaire", areas: tuple[str, ...] = ("21",)
) -> tuple[int, int, int]:
    """An antenne, an expert who is Bob, another without an account; their numbers."""
    subject_id = subject_ids()[0]
    antenne_id = add_antenne(world.admin, institution=institution, areas=list(areas))
    bob = add_expert(
        world.admin,
        antenne_id,
        name="Bob Fictif",
        subject_id=subject_id,
        email="bob@exemple.invalid",
        account="bob@exemple.invalid",
    )
    outside = add_expert(world.admin, antenne_id, name="Dominique Fictif", subject_id=subject_id)
    return antenne_id, bob, outside


def solicitation(**said: object) -> NewSolicitation:
    """What a firm of Dijon asks by the public door; ``said`` changes it."""
    asked: dict[str, object] = {
        "origin": Origin.GUICHET,
        "siren": "100000009",
        "firm_name": "Forges fictives de Dijon",
        "commune": gazetteer().find(DIJON),
        "subject_ids": subject_ids()[:1],
        "message": SAID,
        "asker": PersonToCall(
            name="Sacha Fictif", telephone="03 80 00 00 00", email="sacha@exemple.invalid"
        ),
        "consent": Consent(how=ConsentHow.FORM, by="Sacha Fictif", on=today()),
    }
    return NewSolicitation(**{**asked, **said})  # type: ignore[arg-type]


def put_need(world: World) -> PutNeed:
    """A need by the public door, put to Bob and to an expert without an account."""
    antenne_id, bob, outside = plant_experts(world)
    asked = solicitation()
    with system() as session:
        made = submit(session, SYSTEM, asked)
        need = session.scalars(select(FirmNeed).where(FirmNeed.solicitation_id == made.id)).one()
        return PutNeed(
            solicitation_id=made.id,
            need_id=need.id,
            subject_id=need.subject_id,
            antenne_id=antenne_id,
            bob_expert_id=bob,
            outside_expert_id=outside,
        )


def put_to_three(world: World) -> PutNeed:
    """A need put to Bob, whose antenne Alice keeps, to Carol of another antenne, and to somebody without an account."""
    other = add_antenne(world.admin, institution="Autre réseau imaginaire", areas=["21"])
    add_expert(
        world.admin, other, name="Carol Fictif", subject_id=subject_ids()[0], account="carol@exemple.invalid"
    )  # fmt: skip
    made = put_need(world)
    with working_as(world.admin) as (session, who):
        antenne = get_antenne(session, who, made.antenne_id)
        antennes.set_managers(session, who, antenne, ["alice@exemple.invalid"])
    return made


def referral_of(expert_id: int) -> int:
    """The number of the only referral of an expert."""
    with system() as session:
        return session.scalars(select(Referral.id).where(Referral.expert_id == expert_id)).one()


def follow_need(world: World, put: PutNeed) -> dict[str, int]:
    """Bob is shown whom to call, writes to the others and is reminded; the numbers that complete the addresses of the need."""
    with working_as(world.bob) as (session, who):
        need = queries.get_need(session, who, put.need_id)
        referral_id = next(each.id for each in need.referrals if each.expert_id == put.bob_expert_id)  # fmt: skip
        services.read_contact(session, who, need.solicitation, referral_id=referral_id)
    with working_as(world.bob) as (session, who):
        need = queries.get_need(session, who, put.need_id)
        services.write_message(session, who, need, "Confidence-de-besoin")
    with system() as session:
        session.add(ReferralReminder(referral_id=referral_id, version=1, kind=ReminderKind.EXPERT))
    return {"need_id": put.need_id, "referral_id": referral_id}
