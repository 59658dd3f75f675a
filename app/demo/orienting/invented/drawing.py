"""The directory as it is drawn: sixty institutions, four hundred experts, where nobody answers and where two do the same. Pure."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from app.demo.orienting.invented import names
from app.referrals.areas.gazetteer import gazetteer
from app.referrals.criteria import Criteria
from app.referrals.directory.antennes.services import AntenneEntry
from app.referrals.directory.experts.services import ExpertEntry
from app.referrals.directory.models import ExpertKind
from scoring.lab.simulate.firms.geography import COMMUNES

SEED = 16
INSTITUTIONS, EXPERTS = 60, 400
REGION, DEPARTMENTS = "R27", ("21", "25", "39", "58", "70", "71", "89", "90")
SOURCE = "Annuaire inventé de la démonstration"
SERVICE = "Un premier échange sous cinq jours, puis un accompagnement inventé"
#: where nobody treats a subject, whatever institutions are drawn
HOLES: Mapping[str, tuple[str, ...]] = {
    "Trouver des fonds propres": ("58", "89"),
    "Être soutenu moralement quand on dirige": ("39", "70", "90"),
    "Réduire sa facture d’énergie": ("58", "70"),
    "Régler un conflit avec un client ou un fournisseur": ("90",),
    "Trouver des clients, exporter": ("39",),
}
#: one institution out of so many has two antennes that answer in the same communes
DOUBLES = 12
#: how many of the drawn institutions are of each theme
OF_THEMES = (10, 10, 9, 8, 8, 6, 4)
CRITERIA = (
    Criteria(workforce_min=10), Criteria(workforce_max=49), Criteria(age_min=3), Criteria(procedures=("in_bonis",)),
    Criteria(naf_accepted=("10", "13", "16", "22", "25", "28")), Criteria(debt=True), Criteria(first=True),
)  # fmt: skip
CAPACITIES = (None, None, 6, 10, 20)

#: the subjects of each theme: their number and label
Themes = Mapping[str, Mapping[int, str]]


@dataclass(frozen=True, kw_only=True)
class DrawnAntenne:
    """An antenne, its experts, and the addresses of who keeps it."""

    entry: AntenneEntry
    experts: Sequence[ExpertEntry] = ()
    managers: tuple[str, ...] = ()
    #: what may be treated there
    subjects: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class DrawnInstitution:
    """An institution and its antennes."""

    name: str
    antennes: Sequence[DrawnAntenne]


@dataclass(frozen=True, kw_only=True)
class _Office:
    """An office of the institutions of the people who sign in: where, who, kept by whom."""

    place: str
    areas: tuple[str, ...]
    #: the name and, of those who sign in, the address
    people: tuple[tuple[str, str], ...]
    managers: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class _Known:
    """An institution of people who sign in."""

    name: str
    subjects: tuple[str, ...]
    offices: tuple[_Office, ...] = field(default=())


WEST, EAST = ("21", "58", "71", "89"), ("25", "39", "70", "90")
KNOWN = (
    _Known(
        name="Office fictif des cotisations",
        subjects=("Étaler une dette sociale", "Étaler plusieurs dettes publiques (CCSF)"),
        offices=(
            _Office(
                place="Bourgogne", areas=WEST, managers=("chantal@demo.invalid",),
                people=(("Chantal Modèle", "chantal@demo.invalid"), ("Sacha Fictif", "")),
            ),
            _Office(place="Franche-Comté", areas=EAST, people=(("Noa Mirage", ""), ("Eden Songe", ""))),
        ),
    ),
    _Known(
        name="Institut fictif du crédit",
        subjects=("Renégocier un crédit, saisir la médiation du crédit", "Financer le besoin en fonds de roulement"),
        offices=(
            _Office(
                place="région", areas=(REGION,), managers=("denis@demo.invalid",),
                people=(("Denis Imaginaire", "denis@demo.invalid"), ("Lou Légende", "")),
            ),
        ),
    ),
    _Known(
        name="Comptoir fictif des impôts",
        subjects=("Étaler une dette fiscale", "Étaler plusieurs dettes publiques (CCSF)"),
        offices=(
            _Office(
                place="région", areas=(REGION,), managers=("ines@demo.invalid",),
                people=(("Inès Hypothèse", "ines@demo.invalid"), ("Yael Personne", "")),
            ),
        ),
    ),
    _Known(
        name="Service fictif de l’emploi",
        subjects=("Recourir à l’activité partielle", "Adapter les effectifs"),
        offices=(
            _Office(
                place="Côte-d’Or", areas=("21",), managers=("elsa@demo.invalid",),
                people=(("Aline Fictif", "aline@demo.invalid"), ("Camille Utopie", "")),
            ),
            _Office(
                place="Doubs", areas=("25",), managers=("elsa@demo.invalid",),
                people=(("Bruno Exemple", "bruno@demo.invalid"), ("Swann Chimère", "")),
            ),
        ),
    ),
    _Known(
        name="Bureau fictif de la prévention",
        subjects=("Demander un mandat ad hoc ou une conciliation", "Faire un diagnostic de la situation"),
        offices=(
            _Office(
                place="région", areas=(REGION,), managers=("aline@demo.invalid",),
                people=(("Elsa Supposé", "elsa@demo.invalid"), ("Charlie Irréel", "")),
            ),
        ),
    ),
)  # fmt: skip


def draw_directory(themes: Themes, *, on: date) -> list[DrawnInstitution]:
    """Return what an instance with these themes holds, verified before a day: the same each time."""
    numbers = {label: number for subjects in themes.values() for number, label in subjects.items()}
    drawn = [*_known(numbers, on), *_others(themes, on)]
    held = sum(len(antenne.experts) for each in drawn for antenne in each.antennes)
    return list(_with_experts(drawn, EXPERTS - held))


def _known(numbers: Mapping[str, int], on: date) -> Iterator[DrawnInstitution]:
    for known in KNOWN:
        treated = {
            numbers[label]: SERVICE for label in known.subjects if label in numbers
        } or dict.fromkeys(list(numbers.values())[:1], SERVICE)
        yield DrawnInstitution(
            name=known.name,
            antennes=[
                DrawnAntenne(
                    entry=_entry(f"{known.name}, {office.place}", office.areas, on),
                    managers=office.managers,
                    experts=[
                        ExpertEntry(
                            kind=ExpertKind.PERSON, name=name, email=account or names.address(name, 1), account=account,
                            services=treated, telephone=names.telephone(9_000 + place), source=SOURCE, verified_on=on,
                        )
                        for place, (name, account) in enumerate(office.people)
                    ],
                )
                for office in known.offices
            ],
        )  # fmt: skip


def _others(themes: Themes, on: date) -> Iterator[DrawnInstitution]:
    wanted = INSTITUTIONS - len(KNOWN)
    kinds = [label for (label, _), count in zip(themes.items(), OF_THEMES, strict=False) for _ in range(count)]  # fmt: skip
    for number in range(wanted):
        theme = kinds[number % len(kinds)]
        draw = random.Random(f"{SEED}-{number}")  # noqa: S311 - invented institutions
        cares = names.CARES.get(theme, names.OTHER_CARE)
        adjective = names.ADJECTIVES[number // len(names.KINDS) % len(names.ADJECTIVES)]
        name = f"{names.KINDS[number % len(names.KINDS)]} {adjective} {draw.choice(cares)}"
        subjects = list(themes[theme])
        treated = draw.sample(subjects, draw.randint(1, max(1, len(subjects) - 1)))
        verified = on - timedelta(days=draw.randint(5, 200))
        antennes = [
            DrawnAntenne(
                entry=_entry(
                    f"{name}, {place}", areas, verified, most=draw.choice((1, 1, 1, 2, None)),
                    criteria=draw.choice((Criteria(), Criteria(), Criteria(), *CRITERIA)),
                ),
                subjects=tuple(allowed),
            )
            for place, areas, department in _places(draw, doubles=number % DOUBLES == 0)
            if (allowed := _allowed(treated, themes[theme], department))
        ]  # fmt: skip
        yield DrawnInstitution(name=name, antennes=antennes or [_everywhere(name, themes[theme], verified)])  # fmt: skip


def _everywhere(name: str, subjects: Mapping[int, str], on: date) -> DrawnAntenne:
    """An antenne of the first département, of an institution that would have none."""
    area = DEPARTMENTS[0]
    return DrawnAntenne(
        entry=_entry(f"{name}, {_label(area)}", (area,), on), subjects=tuple(subjects)
    )


def _allowed(treated: Sequence[int], labels: Mapping[int, str], department: str | None) -> list[int]:  # fmt: skip
    """The subjects that an institution may treat in a département, or in the whole region: none of the holes there."""
    return [
        number
        for number in treated
        if not (holes := HOLES.get(labels[number])) or (department and department not in holes)
    ]


def _places(
    draw: random.Random, *, doubles: bool
) -> Iterator[tuple[str, Sequence[str], str | None]]:
    """Where an institution has antennes: the region; some départements; EPCI or communes of one. Never everywhere."""
    layout = draw.choices(("region", "departments", "local"), (6, 50, 44))[0]
    if layout == "region" and not doubles:
        yield "antenne régionale", (REGION,), None
        return
    chosen = draw.sample(DEPARTMENTS, draw.randint(1, 3))
    for department in chosen:
        if layout == "departments" or doubles:
            yield _label(department), (department,), department
        else:
            yield from _local(draw, department)
    if doubles:
        yield from _local(draw, chosen[0])


def _local(draw: random.Random, department: str) -> Iterator[tuple[str, Sequence[str], str | None]]:
    """An antenne of some EPCI of a département, or of some of its towns."""
    if draw.random() < 0.3:
        towns = [each.code for each in COMMUNES if each.department == department]
        yield f"villes de {_label(department)}", draw.sample(towns, min(5, len(towns))), department
        return
    # Those that lie in it whole: a hole next door stays one.
    epci = [each for each in gazetteer().epci_in(department) if each.department == department]
    chosen = draw.sample(epci, max(1, len(epci) // 2))
    yield f"{_label(department)}, {chosen[0].label}", [each.code for each in chosen], department


def _with_experts(drawn: Sequence[DrawnInstitution], left: int) -> Iterator[DrawnInstitution]:
    """Share the experts who are left among the antennes that have none, one more for the first ones."""
    empty = sum(not antenne.experts for each in drawn for antenne in each.antennes)
    place = count = 0
    for institution in drawn:
        antennes = []
        for antenne in institution.antennes:
            if antenne.experts:
                antennes.append(antenne)
                continue
            share = left // empty + (place < left % empty)
            draw = random.Random(f"{SEED}-antenne-{place}")  # noqa: S311 - invented people
            experts = [_expert(draw, antenne, count + rank, rank) for rank in range(share)]
            antennes.append(replace(antenne, experts=experts))
            place, count = place + 1, count + share
        yield replace(institution, antennes=antennes)


def _expert(draw: random.Random, antenne: DrawnAntenne, number: int, rank: int) -> ExpertEntry:
    """The first of an antenne may be a shared mailbox; the others treat a part of its subjects, some in a part of its territory."""
    is_mailbox = rank == 0 and draw.random() < 0.5
    name = names.person(draw)
    most = len(antenne.subjects) if rank == 0 else 2
    treated = draw.sample(antenne.subjects, draw.randint(1, min(most, len(antenne.subjects))))
    areas = antenne.entry.areas
    own = list(areas[rank % len(areas) :][:2]) if len(areas) > 2 and rank else []
    return ExpertEntry(
        kind=ExpertKind.MAILBOX if is_mailbox else ExpertKind.PERSON,
        name=f"Boîte, {antenne.entry.name}" if is_mailbox else name,
        email=names.address("antenne" if is_mailbox else name, number + 10),
        telephone=names.telephone(number),
        services=dict.fromkeys(treated, SERVICE),
        areas=own,
        criteria=draw.choice(CRITERIA) if draw.random() < 0.12 else Criteria(),
        capacity=draw.choice(CAPACITIES),
        source=SOURCE,
        verified_on=antenne.entry.verified_on,
    )


def _entry(
    name: str, areas: Sequence[str], on: date, *, most: int | None = None, criteria: Criteria | None = None
) -> AntenneEntry:  # fmt: skip
    return AntenneEntry(
        name=name, areas=list(areas), criteria=criteria or Criteria(), most=most, source=SOURCE, verified_on=on,
    )  # fmt: skip


def _label(department: str) -> str:
    area = gazetteer().find(department)
    return area.label if area else department
