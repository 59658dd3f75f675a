"""Which firms ask what, where, when, by which door: two years of it, more in winter and in September, hardly any in August."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Agent
from app.cases.models import Case
from app.companies.models import Company, Establishment
from app.core.now import PARIS, day_of
from app.core.working_days import is_worked
from app.demo.orienting.invented import names
from app.demo.orienting.invented.drawing import REGION, SEED, Themes
from app.demo.orienting.invented.habits import at_work
from app.referrals.areas.gazetteer import Area, gazetteer
from app.referrals.guichet.door import consent
from app.referrals.needs.models import ConsentHow, Origin
from app.referrals.needs.services import Consent, NewSolicitation, PersonToCall
from scoring.lab.simulate.firms.geography import COMMUNES

ADVISER = "pascal@demo.invalid"
NEEDS, DAYS = 510, 728
#: which door solicitations come through; without an accompagnement, the two others
DOORS = ((Origin.GUICHET, 60), (Origin.ADVISER, 15), (Origin.CASE, 25))
#: solicitations of one, two and three needs
HOW_MANY = ((1, 82), (2, 14), (3, 4))
#: how much is asked in each month of the year
SEASONS = (13, 12, 13, 10, 9, 11, 8, 3, 13, 12, 12, 7)
#: firms that Vigie does not know, of those that come by the guichet
UNKNOWN = 0.12
#: of what is sent from an accompagnement, what is without the firm’s consent
OVERRIDDEN = 0.04
#: themes, from the one that is asked most
ASKED = (30, 18, 14, 14, 12, 6, 6)


@dataclass(frozen=True, kw_only=True)
class AskedOnce:
    """A solicitation, its moment, and who files it: nobody at the guichet."""

    moment: datetime
    author_id: int | None
    asked: NewSolicitation


@dataclass(frozen=True, kw_only=True)
class AskingFirm:
    """A firm as it says who it is; ``since`` and ``until``: when it is accompanied, ``author_id``: by whom."""

    siren: str
    name: str
    commune: Area
    case_id: int | None = None
    author_id: int | None = None
    since: date | None = None
    until: date | None = None


def draw_asked(session: Session, themes: Themes, *, until: date) -> list[AskedOnce]:
    """Return what is asked in the two years before a day, in order: the same each time, for the same firms."""
    draw = random.Random(SEED)  # noqa: S311 - invented needs
    firms, cases = _firms(session), _accompanied(session)
    adviser_id = session.scalars(select(Agent.id).where(Agent.email == ADVISER)).one()
    days = list(_weighted(until))
    doors = [each for each in DOORS if cases or each[0] is not Origin.CASE]
    asked: list[AskedOnce] = []
    count = 0
    while count < NEEDS:
        origin = draw.choices([door for door, _ in doors], [weight for _, weight in doors])[0]
        firm = (
            draw.choice(cases) if origin is Origin.CASE else _firm(draw, firms, origin, len(asked))
        )
        moment = _moment(draw, days, firm)
        if moment is None:
            continue
        subject_ids, theme = _subjects(draw, themes)
        count += len(subject_ids)
        author = firm.author_id if origin is Origin.CASE else adviser_id
        asked.append(
            AskedOnce(
                moment=moment,
                author_id=None if origin is Origin.GUICHET else author,
                asked=_solicitation(draw, origin, firm, subject_ids, theme, day_of(moment)),
            )
        )
    return sorted(asked, key=lambda each: (each.moment, each.asked.siren))


def _solicitation(
    draw: random.Random, origin: Origin, firm: AskingFirm, subject_ids: Sequence[int], theme: str, day: date
) -> NewSolicitation:  # fmt: skip
    asker, number = names.person(draw), draw.randrange(9_999)
    how, by = ConsentHow.FORM, asker
    if origin is not Origin.GUICHET:
        how = draw.choice((ConsentHow.SPOKEN, ConsentHow.SPOKEN, ConsentHow.WRITTEN))
    if origin is Origin.CASE and draw.random() < OVERRIDDEN:
        how, by = ConsentHow.OVERRIDDEN, names.OVERRIDE
    owes = theme == next(iter(names.SAID)) or None
    return NewSolicitation(
        origin=origin, siren=firm.siren, firm_name=firm.name, commune=firm.commune, subject_ids=subject_ids,
        message=draw.choice(names.SAID.get(theme, names.OTHER_SAID)), has_debt=owes,
        is_first=draw.choice((True, False, None)), case_id=firm.case_id if origin is Origin.CASE else None,
        asker=PersonToCall(name=asker, telephone=names.telephone(number), email=names.address(asker, number)),
        consent=Consent(how=how, by=by, on=day),
        consent_text=consent.kept() if origin is Origin.GUICHET else "",
    )  # fmt: skip


def _subjects(draw: random.Random, themes: Themes) -> tuple[list[int], str]:
    """Subjects of one theme."""
    labels = list(themes)
    weights = [ASKED[place % len(ASKED)] for place in range(len(labels))]
    theme = draw.choices(labels, weights)[0]
    wanted = draw.choices([many for many, _ in HOW_MANY], [weight for _, weight in HOW_MANY])[0]
    known = list(themes[theme])
    return sorted(draw.sample(known, min(wanted, len(known)))), theme


def _weighted(until: date) -> Iterator[tuple[date, int]]:
    """The working days of two years, each with how much is asked in its month."""
    for ago in range(DAYS, 0, -1):
        day = until - timedelta(days=ago)
        if is_worked(day, department="21"):
            yield day, SEASONS[day.month - 1]


def _moment(
    draw: random.Random, days: Sequence[tuple[date, int]], firm: AskingFirm
) -> datetime | None:
    """A working hour of a day when the firm asks; none when its accompagnement lasted no working day."""
    open_days = [
        (day, weight)
        for day, weight in days
        if (firm.since is None or day > firm.since) and (firm.until is None or day < firm.until)
    ]
    if not open_days:
        return None
    day = draw.choices([day for day, _ in open_days], [weight for _, weight in open_days])[0]
    return at_work(draw, day).astimezone(PARIS)


def _firm(
    draw: random.Random, firms: Sequence[AskingFirm], origin: Origin, number: int
) -> AskingFirm:
    if firms and not (origin is Origin.GUICHET and draw.random() < UNKNOWN):
        return draw.choice(firms)
    town = draw.choices(COMMUNES, [each.weight for each in COMMUNES])[0]
    area = gazetteer().find(town.code)
    if area is None:
        return draw.choice(firms)
    return AskingFirm(
        siren=names.unknown_siren(number), name=f"Société fictive n° {number}", commune=area
    )


def _firms(session: Session) -> list[AskingFirm]:
    """The firms whose head office is in the region."""
    rows = session.execute(
        select(Company.siren, Company.name, Establishment.commune_code)
        .join(Establishment, (Establishment.siren == Company.siren) & Establishment.is_head_office)
        .where(Company.is_active)
        .order_by(Company.siren)
    )
    return [
        AskingFirm(siren=row.siren, name=row.name, commune=area)
        for row in rows
        if (area := gazetteer().find(row.commune_code or "")) and REGION in area.within
    ]


def _accompanied(session: Session) -> list[AskingFirm]:
    """Those that are or were accompanied, from the day it began to the day it ended."""
    rows = session.execute(
        select(Case, Company.name, Establishment.commune_code)
        .join(Company, Company.siren == Case.siren)
        .join(Establishment, Establishment.siret == Case.siret)
        .where(Case.deleted_at.is_(None))
        .order_by(Case.id)
    )
    return [
        AskingFirm(
            siren=case.siren, name=name, commune=area, case_id=case.id, author_id=case.opened_by,
            since=case.opened_on, until=case.closed_on,
        )
        for case, name, code in rows
        if (area := gazetteer().find(code or "")) and area.department
    ]  # fmt: skip
