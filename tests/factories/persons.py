"""Camille Fictive, whom Vigie knows in many places; her homonym; her request to the controller of the world."""

import hashlib
import io
import zipfile
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from app.accounts.models import Administration, Agent
from app.companies.models import Company, ProcedureStatus
from app.core.now import today, utcnow
from app.records.persons.finding import services as finding
from app.records.persons.models import (
    IdentityProof,
    PersonFile,
    PersonFinding,
    PersonRequest,
    PersonRight,
    PersonSearch,
    ReceivedBy,
)
from app.records.persons.queries import get_request
from app.referrals.needs.putting import SYSTEM
from app.referrals.needs.services import PersonToCall, submit
from tests.factories.attachments import plant as plant_attachment
from tests.factories.interlocutors import plant_interlocutor
from tests.factories.needs import plant_experts, solicitation
from tests.factories.network import system, working_as, write_comment
from tests.factories.people import Grants, Role, World
from tests.factories.referrals import add_expert, subject_ids
from tests.factories.visits import log_visit

NAME, EMAIL, TELEPHONE = "Camille Fictive", "camille@exemple.invalid", "06 00 00 00 21"
SAID = "Bonne visite. Camille Fictive craint pour mars, dit Dominique Imaginaire. Sacha Inventé (07 00 00 00 99) est parti."
MOTIVE = "Demande d’accès, identité vérifiée"
SOLE_TRADER = "400000006"


@dataclass(frozen=True, kw_only=True)
class Held:
    """The numbers of what is hers, by kind, and of what is her homonym's."""

    hers: dict[str, int] = field(default_factory=dict)
    homonym: int = 0


def plant_person(world: World) -> Held:
    """Write her wherever Vigie may know somebody."""
    siren, siret = world.siren_21, world.siret_21
    ways = {"telephone": TELEPHONE, "email": EMAIL}
    hers = {"interlocutor": plant_interlocutor(world.alice, siren, name="FICTIVE Camille", given_by="Sacha Inventé", **ways)}  # fmt: skip
    other = {"telephone": "06 99 99 99 99", "email": "autre@exemple.invalid"}
    homonym = plant_interlocutor(world.alice, siren, name=NAME, **other)
    hers["comment"] = write_comment(world.alice, siren, to="crp", body=SAID)
    met = "Mme Fictive (Camille), M. Inventé"
    hers["visit_note"] = log_visit(world.alice, siret, to="crp", people_met=met, body="Rien d’autre")  # fmt: skip
    hers["attachment"] = plant_attachment(world.alice, siren, hers["comment"], name="note_camille-fictive.pdf")  # fmt: skip
    antenne_id, _, _ = plant_experts(world)
    hers["expert"] = add_expert(world.admin, antenne_id, name=NAME, subject_id=subject_ids()[0], email=EMAIL)  # fmt: skip
    asker = PersonToCall(name=NAME, telephone=TELEPHONE, email=EMAIL)
    asked = solicitation(asker=asker, message="Je suis Camille Fictive, aidez-moi.")
    with system() as session:
        hers["solicitation"] = hers["solicitation_contact"] = submit(session, SYSTEM, asked).id
        hers["agent"] = _agent(session)
        session.add(_sole_trader("Fictive Camille"))
        hers["company"] = int(SOLE_TRADER)
    return Held(hers=hers, homonym=homonym)


def plant_request(
    author_id: int, *, handler_id: int | None = None, is_verified: bool = True, due_on: date | None = None, **said: Any
) -> int:  # fmt: skip
    """Her request, due in ten days unless it is said; its number."""
    day = due_on or today() + timedelta(days=10)
    proof = {"proof": IdentityProof.DOCUMENT, "proof_on": today(), "proof_by": author_id}
    described = {
        "name": NAME, "email": EMAIL, "telephone": TELEPHONE, "kind": PersonRight.ACCESS, "body": "Que savez-vous de moi ?",
    }  # fmt: skip
    with system() as session:
        request = PersonRequest(
            received_on=day - timedelta(days=30), received_by=ReceivedBy.EMAIL, first_due_on=day, due_on=day,
            author_id=author_id, handler_id=handler_id, **(proof if is_verified else {}), **{**described, **said},
        )  # fmt: skip
        session.add(request)
        session.flush()
        return request.id


def keep_all(world: World, request_id: int, objects: dict[str, int]) -> None:
    """The controller says that these are hers."""
    keys = list(objects.items())
    with working_as(world.controller) as (session, who):
        request = get_request(session, who, request_id)
        finding.keep(session, who, request, keys, offered=keys)


def finding_of(request_id: int, kind: str) -> int:
    """The number of what was recognised in a place."""
    with system() as session:
        mine = (PersonFinding.request_id == request_id, PersonFinding.kind == kind)
        return session.scalars(select(PersonFinding.id).where(*mine)).one()


def plant_persons(agent_id: int, controller_id: int, siren: str) -> dict[str, object]:
    """A request, its search, what was found and its file: what completes their addresses."""
    interlocutor_id = plant_interlocutor(agent_id, siren, name=NAME)
    request_id = plant_request(controller_id, handler_id=controller_id, body="Confidence-de-personne")  # fmt: skip
    made = io.BytesIO()
    zipfile.ZipFile(made, "w").close()
    content = made.getvalue()
    with system() as session:
        search = PersonSearch(request_id=request_id, motive=MOTIVE, name=NAME, searched_by=controller_id)  # fmt: skip
        found = PersonFinding(request_id=request_id, kind="interlocutor", object_id=interlocutor_id, kept_by=controller_id)  # fmt: skip
        file = PersonFile(
            request_id=request_id, asked_by=controller_id, content=content, sha256=hashlib.sha256(content).hexdigest(),
            made_at=utcnow(), expires_at=utcnow() + timedelta(days=7),
        )  # fmt: skip
        session.add_all((search, found, file))
        session.flush()
        return {
            "person_request_id": request_id, "person_search_id": search.id, "person_finding_id": found.id,
            "person_file_id": file.id,
        }  # fmt: skip


def _agent(session: Any) -> int:
    validator = session.scalars(select(Agent).limit(1)).one()
    number = Grants(session, validator).agent("camille.agent", Administration.URSSAF, [Role.AGENT])
    agent = session.get_one(Agent, number)
    agent.first_name, agent.last_name = "Camille", "Fictive"
    return number


def _sole_trader(name: str) -> Company:
    return Company(
        siren=SOLE_TRADER, name=name, name_sort=name.upper(), legal_category="1000", naf="47.11B", created_on=date(2015, 1, 1),
        is_active=True, department="21", departments=["21"], procedure_status=ProcedureStatus.IN_BONIS, in_perimeter=False,
    )  # fmt: skip
