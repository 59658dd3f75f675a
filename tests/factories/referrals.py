"""A directory of partners: one invented institution, its antenne of Côte-d’Or, kept by Alice, and two experts."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from app.core.now import today
from app.referrals.directory import queries
from app.referrals.directory.antennes import services as antennes
from app.referrals.directory.antennes.services import AntenneEntry
from app.referrals.directory.experts import services as experts
from app.referrals.directory.experts.services import ExpertEntry
from app.referrals.directory.models import ExpertKind, ReferralSubject
from app.referrals.directory.subjects import services as subjects
from app.referrals.files import services as files
from tests.factories.network import system, working_as
from tests.factories.people import World

LABEL = "Étaler une dette sociale"
MAILBOX = "guichet@exemple.invalid"


def subject_ids() -> list[int]:
    """The subjects that a new instance holds, by number."""
    with system() as session:
        return list(session.scalars(select(ReferralSubject.id).order_by(ReferralSubject.id)))


def add_antenne(admin: int, *, institution: str, name: str = "Antenne fictive", **said: Any) -> int:
    """An institution and its antenne; its number."""
    with working_as(admin) as (session, who):
        made = antennes.add_institution(session, who, name=institution)
        return antennes.add(session, who, made, AntenneEntry(name=name, **said)).id


def add_expert(keeper: int, antenne_id: int, *, name: str, subject_id: int, **said: Any) -> int:
    """An expert of an antenne who renders one service; their number."""
    email = said.pop("email", f"{'.'.join(name.lower().split())}@exemple.invalid")
    said.setdefault("services", {subject_id: "Une aide fictive"})
    with working_as(keeper) as (session, who):
        antenne = queries.get_antenne(session, who, antenne_id)
        entry = ExpertEntry(kind=ExpertKind.PERSON, name=name, email=email, **said)
        return experts.add(session, who, antenne, entry).id


def keep_file(agent_id: int, lines: str) -> int:
    """A file that somebody sent and that waits; its number."""
    with working_as(agent_id) as (session, who):
        kept = files.keep(
            session, who, content=lines.encode(), name="annuaire.csv", is_complete=False
        )
        return kept.id


def plant_directory(world: World) -> dict[str, int]:
    """An antenne that Alice keeps, an expert who is about to be away, whoever stands in, and the last resort of the département."""
    subject_id = subject_ids()[0]
    antenne_id = add_antenne(world.admin, institution="Institut imaginaire", areas=["21"])
    with working_as(world.admin) as (session, who):
        antenne = queries.get_antenne(session, who, antenne_id)
        antennes.set_managers(session, who, antenne, ["alice@exemple.invalid"])
        institution_id = antenne.institution_id
    expert_id = add_expert(world.alice, antenne_id, name="Camille Fictif", subject_id=subject_id)
    other_id = add_expert(
        world.alice, antenne_id, name="Boîte fictive", subject_id=subject_id, email=MAILBOX
    )
    with working_as(world.alice) as (session, who):
        expert = queries.get_expert(session, who, expert_id)
        absence_id = experts.say_away(
            session, who, expert,
            starts_on=today() + timedelta(days=30), ends_on=today() + timedelta(days=40),
            delegate=queries.get_expert(session, who, other_id),
        ).id  # fmt: skip
    with working_as(world.admin) as (session, who):
        other = queries.get_expert(session, who, other_id)
        fallback_id = subjects.add_fallback(
            session, who, expert=other, subject_id=None, area="21"
        ).id
    head = "Institution;Antenne;Nom;Adresse électronique;Services rendus"
    asked = f"{head}\nInstitut imaginaire;Antenne fictive;Lou Fictif;lou@exemple.invalid;{LABEL} : Un conseil\n"
    return {
        "directory_file_id": keep_file(world.alice, asked),
        "institution_id": institution_id, "antenne_id": antenne_id, "expert_id": expert_id, "subject_id": subject_id,
        "absence_id": absence_id, "fallback_id": fallback_id,
    }  # fmt: skip
