"""Everybody who may come, and two firms of two zones about which much is known: who reaches what of each is written here by hand."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from app.accounts.models import Administration, Agent
from app.cases.members import services
from app.cases.queries import get_case
from app.companies.models import Company, CompanySeries
from app.core.access.identity import Role
from app.core.now import today
from app.detections.answers import services as detections
from app.detections.models import DetectionList, DetectionReason, SignalSource
from app.habilitations.models import Habilitation
from scoring.vocabulary import Level
from tests.factories.attachments import plant as plant_attachment
from tests.factories.campaigns import plant_campaigns
from tests.factories.cases import add_member, mobilise, open_case
from tests.factories.confidences import Confidences, _member, confide
from tests.factories.deadlines import plant
from tests.factories.detections import Alerted, _enter, entry_of
from tests.factories.interlocutors import plant_interlocutor
from tests.factories.network import network_id, system, unfollow, working_as, write_comment
from tests.factories.people import Grants, World
from tests.factories.sittings import plant_sitting
from tests.factories.summaries import plant_summary
from tests.factories.visits import log_visit

#: roles and rights of each kind of person, as the columns of the matrix name them; `None` is nobody
KINDS: dict[str, tuple[str, ...]] = {
    "alice": ("agent",), "bob": ("agent",), "carol": ("agent",), "stranger": ("agent",),
    "invited": ("agent",), "former": ("agent",), "manager": ("agent", "manager"),
    "admin": ("administrateur",), "scientist": ("data_scientist",), "controller": ("controleur",),
    "correspondent": ("correspondant",), "unhabilitated": ("agent sans habilitation",),
    "expired": ("agent sans habilitation",), "nobody": ("anonyme",),
}  # fmt: skip
REASON = "Dette Urssaf : 4,5 mois de cotisations"
DIJON = frozenset({"alice", "bob", "carol", "manager"})
PARIS = frozenset({"stranger", "invited", "former"})
HABILITATED = DIJON | PARIS
ANYBODY = frozenset(KINDS)


@dataclass(frozen=True, kw_only=True)
class Side:
    """A firm: what completes the addresses of its pages, who reaches and who may change what, and its secrets."""

    siren: str
    name: str
    arguments: dict[str, object]
    #: by name of the object of a route
    reach: dict[str, frozenset[str]]
    #: by name of the predicate of a permission
    allowed: dict[str, frozenset[str]]
    #: each secret as pages would write it
    readers: dict[str, frozenset[str]]
    #: those who see its name elsewhere than on public pages
    acquainted: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class Crowd:
    """The people by name, their numbers, and the two firms."""

    people: dict[str, int | None]
    sides: tuple[Side, Side]
    #: a network to which nobody in Dijon but Bob belongs
    foreign_network: int


def gather(world: World) -> Crowd:
    """The world with everybody, its firm of Côte-d’Or and its firm of Paris."""
    more = _more_people()
    dijon = confide(world)
    case_id = int(str(dijon.arguments["case_id"]))
    for name in ("invited", "former"):
        add_member(world.alice, case_id, more[name])
    with working_as(world.alice) as (session, who):
        case = get_case(session, who, case_id)
        left = next(m.id for m in case.active_members if m.agent_id == more["former"])
        services.remove_member(session, who, case, member_id=left)
    unfollow(world.stranger, world.siren_21)
    named = {name: getattr(world, name) for name in KINDS if hasattr(world, name)}
    people = {name: {**named, **more}.get(name) for name in KINDS}
    sides = (_dijon(dijon, people), _paris(world, dijon, more))
    return Crowd(people=people, sides=sides, foreign_network=network_id("urssaf"))


def _more_people() -> dict[str, int]:
    networks = ["codefi", "crp"]
    with system() as session:
        validator = session.scalars(select(Agent).where(Agent.first_name == "Validation")).one()
        grants = Grants(session, validator)
        made = {
            name: grants.agent(name, Administration.DIRECCTE, [Role.AGENT], zone=zone, networks=networks)
            for name, zone in (("invited", "75"), ("former", "75"), ("unhabilitated", None), ("expired", "21"))
        }  # fmt: skip
        made["correspondent"] = grants.agent(
            "correspondent", Administration.VIGIE, [Role.CORRESPONDANT]
        )
        (right,) = session.scalars(
            select(Habilitation).where(Habilitation.agent_id == made["expired"])
        )
        right.starts_on, right.ends_on = today() - timedelta(days=100), today() - timedelta(days=1)
    return made


#: what somebody who is invited does not read: the motive is about another firm, the others are read where they are held
OF_THE_ZONE = frozenset(
    {
        "Confidence-de-motif",
        "Confidence-de-pause",
        "Confidence-de-campagne",
        "Confidence-de-séance",
        "Confidence-de-transmission",
        "Confidence-de-demande",
        "Confidence-d’étude",
    }
)


def _dijon(known: Confidences, people: dict[str, int | None]) -> Side:
    """The firm that Alice follows up with Carol, and somebody of Paris who was invited."""
    names = {number: name for name, number in people.items()}
    written = {
        secret: frozenset(names[number] for number in readers)
        for secret, readers in known.readers.items()
        # The verdict of a visit is said of other firms too.
        if secret != "Difficulté confirmée"
    }
    invited = {
        # A draft is one's own.
        secret: readers | {"invited"} if len(readers) > 1 and secret not in OF_THE_ZONE else readers
        for secret, readers in written.items()
    }
    return Side(
        siren=known.world.siren_21,
        name="Forges fictives de Dijon",
        arguments=known.arguments,
        reach=_reach(DIJON | {"invited"}, comment=DIJON - {"bob"} | {"invited"}),
        allowed=_allowed(DIJON, author="alice", members={"alice", "carol", "invited"}),
        readers=invited,
        acquainted=DIJON | {"invited"},
    )


def _paris(world: World, dijon: Confidences, more: dict[str, int]) -> Side:
    """The firm of Paris, on the same list, that the stranger follows up with another agent of Paris."""
    case_id = open_case(world.stranger, world.siret_75)
    add_member(world.stranger, case_id, more["invited"])
    with system() as session:
        made = session.get_one(DetectionList, dijon.arguments["list_id"])
        _enter(session, made, Alerted(siren=world.siren_75, department="75", level=Level.ELEVEE))
        session.flush()
        of_firm = (DetectionReason.siren == world.siren_75, DetectionReason.variable == "debt")
        session.scalars(select(DetectionReason).where(*of_firm)).one().sentence = REASON
        session.add(
            CompanySeries(
                siret=world.siret_75, code="dette_patronale", siren=world.siren_75, department="75",
                nature="urssaf", first_month=date(2026, 1, 1), values=[9876.0],
            )
        )  # fmt: skip
    comment_id = write_comment(world.stranger, world.siren_75, to="crp", body="Secret-de-Paris")
    write_comment(world.stranger, world.siren_75, to="codefi", body="Secret-du-Codefi-de-Paris")
    visit_id = log_visit(world.stranger, world.siret_75, to="crp", body="Secret-de-visite-de-Paris")
    plant_summary(world.stranger, case_id, to="codefi", context="Secret-de-contexte-de-Paris")
    summary_id = plant_summary(
        world.stranger, case_id, to="crp", actions="Secret-de-synthèse-de-Paris"
    )
    deadline_id = plant(
        world.stranger, world.siren_75, "75", to="crp", what="Secret-d’échéance-de-Paris"
    )
    with working_as(world.stranger) as (session, who):
        company = session.get_one(Company, world.siren_75)
        said = {"source": SignalSource.INTERNE, "comment": "Secret-signalé-de-Paris et dit ici"}
        detections.flag_firm(session, who, company, **said)
    attachment_id = plant_attachment(
        world.stranger, world.siren_75, comment_id, name="Secret-de-fichier-de-Paris.pdf"
    )
    sitting = plant_sitting(
        world.stranger,
        world.siren_75,
        "75",
        note="Secret-de-séance-de-Paris",
        deadline_id=deadline_id,
    )
    contacts = plant_campaigns(
        world.stranger, world.siren_75, "75", purpose="Secret-de-campagne-de-Paris"
    )
    interlocutor_id = plant_interlocutor(
        world.stranger, world.siren_75, name="Secret-d’interlocuteur-de-Paris"
    )
    secrets = (
        "Secret-d’interlocuteur-de-Paris",
        "Secret-de-Paris", "Secret-du-Codefi-de-Paris", "Secret-de-visite-de-Paris", "Secret-de-contexte-de-Paris",
        "Secret-de-synthèse-de-Paris",
        "Secret-de-dispositif-de-Paris",
        "Secret-d’échéance-de-Paris",
        "Secret-de-campagne-de-Paris",
        "Secret-de-séance-de-Paris",
        "Secret-de-fichier-de-Paris",
        "Secret-signalé-de-Paris", REASON, "9\u202f876", f'"/accompagnements/{case_id}"', f'"/visites/{visit_id}"',
    )  # fmt: skip
    return Side(
        siren=world.siren_75,
        name="Ateliers imaginaires de Paris",
        arguments={
            **dijon.arguments,
            "siren": world.siren_75, "siret": world.siret_75, "case_id": case_id, "visit_id": visit_id,
            "comment_id": comment_id, "entry_id": entry_of(world.siren_75), "agent_id": world.stranger,
            "member_id": _member(case_id, more["invited"]),
            "referent_id": _member(case_id, world.stranger),
            "summary_id": summary_id,
            "measure_id": mobilise(world.stranger, case_id, note="Secret-de-dispositif-de-Paris"),
            "deadline_id": deadline_id,
            **contacts,
            **sitting,
            "attachment_id": attachment_id,
            "interlocutor_id": interlocutor_id,
        },
        reach=_reach(PARIS, comment=PARIS),
        allowed=_allowed(PARIS, author="stranger", members={"stranger", "invited"}),
        readers=dict.fromkeys(secrets, PARIS),
        acquainted=PARIS,
    )  # fmt: skip


def _reach(zone: frozenset[str], *, comment: frozenset[str]) -> dict[str, frozenset[str]]:
    """Who reaches each object of a firm: ``zone`` with whoever was invited. Identities and lists are public among agents."""
    return {
        "company": HABILITATED, "establishment": HABILITATED, "detection_list": HABILITATED, "case": zone,
        "visit": zone, "entry": zone, "comment": comment, "batch": ANYBODY, "run": ANYBODY, "target": ANYBODY,
        "version": ANYBODY, "model": ANYBODY, "study": ANYBODY, "report": ANYBODY,
    }  # fmt: skip


def _allowed(zone: frozenset[str], *, author: str, members: set[str]) -> dict[str, frozenset[str]]:
    """Who satisfies each predicate; ``author`` opened the accompagnement and wrote the texts."""
    return {
        "covers_establishment": zone, "in_zone": zone, "reaches_firm": zone | members, "may_visit": zone | members,
        "contributes": frozenset(members), "refers": frozenset({author}), "refers_open": frozenset({author}),
        "is_author": frozenset({author}), "is_within": frozenset(),
        # The manager takes part in neither accompagnement.
        "may_override": frozenset(),
    }  # fmt: skip
