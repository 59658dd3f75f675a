"""``python -m bench.referrals``: needs routed a second of processor in a country’s directory; what a simulation and a matrix cost."""

import random
import resource
import sys
import time
from datetime import date

from app.habilitations.reference.geography import DEPARTMENTS
from app.referrals.areas.gazetteer import gazetteer
from app.referrals.coverage.grid import grid
from app.referrals.criteria import Criteria, FirmFacts
from app.referrals.routing.cards import (
    AntenneCard,
    Away,
    Directory,
    ExpertCard,
    Need,
    place_of,
)
from app.referrals.routing.engine import route
from app.referrals.routing.simulation import simulate
from bench import conditions

EXPERTS, ANTENNES, SUBJECTS, NEEDS = 20_000, 2_500, 40, 20_000
DAY = date(2026, 12, 1)


def directory(draw: random.Random) -> Directory:
    """Return a country's: experts of départements for the most part, of EPCI, of a few communes, of regions."""
    known = gazetteer()
    departments = sorted(DEPARTMENTS)
    epci = {code: [each.code for each in known.epci_in(code)] for code in departments}
    antennes = {
        number: AntenneCard(
            id=number,
            name="Antenne",
            institution=f"Institution {number % 60}",
            most=draw.choice([None, 2]),
        )
        for number in range(1, ANTENNES + 1)
    }
    experts = {}
    for number in range(1, EXPERTS + 1):
        department = draw.choice(departments)
        area = known.find(department)
        kind = draw.random()
        if kind < 0.6:
            areas = [department]
        elif kind < 0.8 and epci[department]:
            areas = draw.sample(epci[department], min(3, len(epci[department])))
        elif kind < 0.95:
            areas = draw.sample(list(known.communes(department)), min(20, len(known.communes(department))))  # fmt: skip
        else:
            areas = [area.within[1] if area else department]
        experts[number] = ExpertCard(
            id=number, name="Expert", antenne_id=draw.randint(1, ANTENNES), areas=frozenset(areas),
            subjects=dict.fromkeys(draw.sample(range(1, SUBJECTS + 1), draw.randint(1, 5)), "Service"),
            criteria=Criteria(workforce_min=draw.choice([None, 10]), naf_excluded=draw.choice([(), ("01",)])),
            absences=(Away(starts_on=DAY, ends_on=DAY, delegate_id=draw.randint(1, EXPERTS)),) if draw.random() < 0.05 else (),
            capacity=draw.choice([None, 20]), load=draw.randint(0, 22),
        )  # fmt: skip
    return Directory(subjects={n: f"Sujet {n}" for n in range(1, SUBJECTS + 1)}, antennes=antennes, experts=experts)  # fmt: skip


def needs(draw: random.Random) -> list[Need]:
    """Return needs of any commune and subject, of firms of which half the facts are known."""
    known = gazetteer()
    places = [place_of(known, area) for code in known.communes("FR") if (area := known.find(code))]
    return [
        Need(
            subject_id=draw.randint(1, SUBJECTS), place=draw.choice(places), day=DAY,
            facts=FirmFacts(workforce=draw.choice([None, (draw.randint(0, 60), None)]), naf=draw.choice([None, "2550A", "0111Z"])),
        )
        for _ in range(NEEDS)
    ]  # fmt: skip


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def main() -> None:
    """Measure, print Markdown."""
    draw = random.Random(16)  # noqa: S311 - figures of a measure
    _say(conditions.sentence())
    _say("\n| what | measured |\n|---|---|")
    began = time.process_time()
    known, asked = directory(draw), needs(draw)
    _say(f"| directory and needs drawn | {time.process_time() - began:.1f} s |")
    began = time.process_time()
    entries = len(known.competent)
    _say(f"| index of {entries:,} subjects × areas | {time.process_time() - began:.2f} s |")
    began = time.process_time()
    routings = [route(need, known) for need in asked]
    rate = NEEDS / (time.process_time() - began)
    size = f"{EXPERTS:,} experts, {len(gazetteer().communes('FR')):,} communes"
    _say(f"| routings a second of processor, {size} | {rate:,.0f} |")
    considered = sum(len(each.proposals) + len(each.rejections) for each in routings) / NEEDS
    _say(f"| experts considered a need, on average | {considered:.1f} |")
    _say(f"| needs without anybody | {sum(each.gap is not None for each in routings):,} |")
    began = time.process_time()
    moved = simulate(asked[:2_000], known, known.with_experts([]))
    _say(f"| simulation of {moved.tried:,} needs, its index included | {time.process_time() - began:.1f} s |")  # fmt: skip
    began = time.process_time()
    region = gazetteer().find("84")
    places = gazetteer().epci_in(region.code if region else "")
    grid(known, sorted(known.subjects), places, gazetteer())
    _say(f"| matrix of {SUBJECTS} subjects × {len(places)} EPCI | {time.process_time() - began:.1f} s |")  # fmt: skip
    _say(f"| peak memory | {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB |")


if __name__ == "__main__":
    main()
