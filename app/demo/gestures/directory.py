"""Sixty invented institutions and their experts over the simulated region, with holes: subjects that nobody treats in places."""

import random
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.access.identity import Identity
from app.core.database.unit_of_work import unit_of_work
from app.core.now import today
from app.demo.gestures.last_list import ACTOR, AGENT, identity_of_person
from app.referrals.areas.gazetteer import gazetteer
from app.referrals.criteria import Criteria
from app.referrals.directory.antennes import services as antennes
from app.referrals.directory.antennes.services import AntenneEntry
from app.referrals.directory.experts import services as experts
from app.referrals.directory.experts.services import ExpertEntry
from app.referrals.directory.models import (
    Antenne,
    Expert,
    ExpertKind,
    Institution,
    ReferralSubject,
)
from app.referrals.directory.queries import get_antenne, get_expert, list_subjects
from app.referrals.directory.subjects import services as subjects

ADMINISTRATOR = "fabien@demo.invalid"
#: institutions, and experts of each of their antennes
INSTITUTIONS, FEWEST, MOST = 60, 3, 5
REGION, DEPARTMENTS = "R27", ("21", "25", "39", "58", "70", "71", "89", "90")
KINDS = ("Atelier", "Cercle", "Comptoir", "Conservatoire", "Institut", "Office")
ADJECTIVES = (
    "fictif",
    "imaginaire",
    "inventé",
    "simulé",
    "supposé",
    "irréel",
    "fantôme",
    "hypothétique",
    "virtuel",
    "de fable",
)
FIRST_NAMES = (
    "Alix",
    "Camille",
    "Claude",
    "Dominique",
    "Lou",
    "Maxime",
    "Noa",
    "Sacha",
    "Yael",
    "Andréa",
)
LAST_NAMES = (
    "Fictif",
    "Exemple",
    "Modèle",
    "Imaginaire",
    "Supposé",
    "Prétendu",
    "Inventé",
    "Feint",
    "Virtuel",
    "Hypothèse",
)
CRITERIA = (
    Criteria(), Criteria(), Criteria(), Criteria(workforce_min=10), Criteria(workforce_max=49), Criteria(age_min=3),
    Criteria(naf_accepted=("10", "13", "16", "22", "25", "28")), Criteria(procedures=("in_bonis",)), Criteria(debt=True),
)  # fmt: skip
SEED = 16
SOURCE = "Annuaire inventé de la démonstration"


def are_done() -> bool:
    """Whether they are all there."""
    with unit_of_work(ACTOR) as session:
        return (session.scalar(select(func.count(Institution.id))) or 0) >= INSTITUTIONS


def perform() -> str:
    """Write those that are missing, each institution all or nothing; return a summary sentence."""
    administrator = identity_of_person(ADMINISTRATOR)
    with unit_of_work(administrator) as session:
        known = set(session.scalars(select(Institution.name)))
        themes = _themes(list_subjects(session, administrator))
    for number in range(INSTITUTIONS):
        name = f"{KINDS[number % len(KINDS)]} {ADJECTIVES[number // len(KINDS)]}"
        if name not in known:
            with unit_of_work(administrator) as session:
                _write(session, administrator, name, random.Random(SEED + number), themes)  # noqa: S311 - invented people
    with unit_of_work(administrator) as session:
        _settle(session, administrator)
        count = session.scalar(select(func.count(Expert.id))) or 0
    return f"{INSTITUTIONS} institutions, {count} experts inventés"


def _themes(known: Sequence[ReferralSubject]) -> list[list[int]]:
    """The subjects of each theme."""
    by_theme: dict[int, list[int]] = {}
    for subject in known:
        by_theme.setdefault(subject.theme_id, []).append(subject.id)
    return list(by_theme.values())


def _write(
    session: Session, who: Identity, name: str, draw: random.Random, themes: list[list[int]]
) -> None:  # fmt: skip
    institution = antennes.add_institution(session, who, name=name, description="Partenaire inventé.")  # fmt: skip
    theme = draw.choice(themes)
    verified = today() - timedelta(days=draw.randint(5, 500))
    for place, areas in _places(draw):
        entry = AntenneEntry(
            name=f"{name}, {place}", areas=areas, criteria=draw.choice(CRITERIA), most=draw.choice([None, 1, 2]),
            source=SOURCE, verified_on=verified,
        )  # fmt: skip
        antenne = antennes.add(session, who, institution, entry)
        loaded = get_antenne(session, who, antenne.id)
        for position in range(draw.randint(FEWEST, MOST)):
            experts.add(session, who, loaded, _expert(antenne, position, draw, theme, verified))


def _places(draw: random.Random) -> Iterator[tuple[str, list[str]]]:
    """Where an institution has antennes: the region, or one or two départements, or the EPCI of one; never all of them."""
    known = gazetteer()
    if draw.random() < 0.15:
        yield "antenne régionale", [REGION]
        return
    for department in draw.sample(DEPARTMENTS[:-1], draw.randint(1, 3)):
        area = known.find(department)
        label = area.label if area else department
        epci = [each.code for each in known.epci_in(department)]
        is_local = draw.random() < 0.4
        yield label, draw.sample(epci, min(4, len(epci))) if is_local else [department]


def _expert(
    antenne: Antenne, position: int, draw: random.Random, theme: list[int], verified: date
) -> ExpertEntry:  # fmt: skip
    is_mailbox = position == 0
    name = f"{draw.choice(FIRST_NAMES)} {draw.choice(LAST_NAMES)}"
    treated = draw.sample(theme, draw.randint(1, len(theme)))
    return ExpertEntry(
        kind=ExpertKind.MAILBOX if is_mailbox else ExpertKind.PERSON,
        name=f"Boîte de l’antenne {antenne.id}" if is_mailbox else name,
        email=f"antenne{antenne.id}.{position}@partenaire.invalid",
        telephone="01 99 00 00 16",
        services=dict.fromkeys(treated, "Un premier échange sous cinq jours, puis un accompagnement inventé"),
        capacity=draw.choice([None, 10, 20]),
        source=SOURCE,
        verified_on=verified,
    )  # fmt: skip


def _settle(session: Session, who: Identity) -> None:
    """Aline keeps one antenne, an expert of which is away and replaced; one département has a last resort."""
    first = session.scalars(select(Expert).order_by(Expert.id).limit(2)).all()
    away, delegate = (get_expert(session, who, each.id) for each in first)
    if away.absences:
        return
    antennes.set_managers(session, who, get_antenne(session, who, away.antenne_id), [AGENT])
    experts.say_away(
        session, who, away, starts_on=today(), ends_on=today() + timedelta(days=12), delegate=delegate
    )  # fmt: skip
    subjects.add_fallback(session, who, expert=delegate, subject_id=None, area="21")
