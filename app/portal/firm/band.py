"""What stays at the top of each room of a firm: why it is here, its key figures, who is on it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.cases.models import Case, MemberRole
from app.companies.accounts import STEADY, follows
from app.companies.models import AnnualAccounts
from app.companies.presenters import SeriesTable, Values
from app.core.text.french import euros, month_fr, number_fr, percent_fr
from app.detections.models import DetectionEntry
from app.portal.firm.drawings import curves
from scoring.dictionary.naf import SECTIONS, section_of
from scoring.dictionary.numbers import euros_in_short

#: months of a sparkline, and those between the two ends of an arrow
DRAWN, COMPARED = 24, 12
#: times what it was, beyond which it says a start from next to nothing
MOST_TIMES = 10
#: the box of a sparkline, in its own units
WIDTH, HEIGHT = 100, 24
#: times the average from which it is said so
REMARKABLE = 1.5


@dataclass(frozen=True, kw_only=True)
class KeyFigure:
    """A figure of the band: its last known value, which way it went in a year, and its curve.

    ``way``: up, down or flat, `None` when unknown; ``is_good``: whether that is good news; ``curves``: points of polylines in a
    box of `WIDTH` × `HEIGHT`, one for each run of known months.
    """

    #: that of its metric, which names it
    code: str
    value: str
    detail: str
    way: str | None = None
    move: str = ""
    is_good: bool | None = None
    curves: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class Referent:
    """Someone who is on the firm."""

    name: str
    administration: str
    #: where their accompagnement is, and what they are there
    case_id: int
    member_id: int
    has_telephone: bool


def key_figures(table: SeriesTable, accounts: Sequence[AnnualAccounts] = ()) -> list[KeyFigure]:
    """Return the debt, the workforce, the turnover and the short time of a firm, as far as the reader may read them.

    ``accounts``: latest first.
    """
    owed = [
        table.series[code]
        for code in ("dette_patronale", "dette_salariale")
        if code in table.series
    ]
    series: list[tuple[str, Values, Any, bool]] = []
    if owed:
        series.append(("firm_debt", _summed(owed), euros, False))
    if "effectif" in table.series:
        series.append(("firm_workforce", table.series["effectif"], _people, True))
    if "ap_consommee" in table.series:
        series.append(("firm_short_time", table.series["ap_consommee"], _full_time, False))
    figures = (
        _figure(code, table, values, written, rise_is_good=good)
        for code, values, written, good in series
    )
    known = [figure for figure in figures if figure is not None]
    turnover = _turnover(accounts)
    return known if turnover is None else [*known[:2], turnover, *known[2:]]


def _turnover(accounts: Sequence[AnnualAccounts]) -> KeyFigure | None:
    """The turnover of the last closing that gives one, against the closing before."""
    filed = [row for row in accounts if row.revenue is not None]
    if not filed:
        return None
    last = filed[0]
    revenue = last.revenue or 0.0
    befores = [row.revenue for row in filed[1:2] if follows(last.closed_on, row.closed_on)]
    way, move = _moved(revenue, next(iter(befores), None))
    return KeyFigure(
        code="firm_turnover",
        value=euros_in_short(revenue),
        detail=f"clos en {month_fr(last.closed_on)}",
        way=way,
        move=move,
        is_good=None if way in (None, "flat") else way == "up",
        curves=_curves([row.revenue for row in reversed(accounts)]),
    )


def yardstick(entry: DetectionEntry, averages: Mapping[str, Any], naf: str | None) -> str:
    """Return the 18-month risk beside that of comparable firms: « 28 % à 18 mois, 9 fois la moyenne de la construction »."""
    said = f"{percent_fr(entry.p18)} à 18 mois"
    section = section_of(naf)
    in_section = averages.get("sections", {}).get(section)
    average = in_section or averages.get("all")
    if not average:
        return said
    of = (
        f"des entreprises du secteur « {SECTIONS[section][0]} »"
        if in_section and section
        else "des entreprises suivies"
    )
    times = entry.p18 / average
    if times >= REMARKABLE:
        return f"{said}, {number_fr(times, 0 if times >= 3 else 1)} fois la moyenne {of}"
    if times > 1 / REMARKABLE:
        return f"{said}, proche de la moyenne {of}"
    return f"{said}, au-dessous de la moyenne {of} ({percent_fr(average, 1)})"


def people_on(cases: Iterable[Case]) -> list[Referent]:
    """Return the référents of the open accompagnements, each once."""
    people = {
        member.agent_id: Referent(
            name=member.agent.full_name,
            administration=member.agent.administration.label,
            case_id=case.id,
            member_id=member.id,
            has_telephone=bool(member.agent.telephone),
        )
        for case in cases
        if case.is_open
        for member in case.active_members
        if member.role is MemberRole.REFERENT
    }
    return list(people.values())


def _figure(
    code: str, table: SeriesTable, values: Values, written: Any, *, rise_is_good: bool
) -> KeyFigure | None:
    known = [place for place, value in enumerate(values) if value is not None]
    if not known:
        return None
    last = known[-1]
    value, before = values[last], values[last - COMPARED] if last >= COMPARED else None
    way, move = _moved(value or 0.0, before)
    return KeyFigure(
        code=code,
        value=written(value),
        detail=month_fr(table.months[last]),
        way=way,
        move=move,
        is_good=None if way in (None, "flat") else (way == "up") is rise_is_good,
        curves=_curves(values[max(0, last - DRAWN + 1) : last + 1]),
    )


def _moved(value: float, before: float | None) -> tuple[str | None, str]:
    """Which way a figure went in a year, and how it is said."""
    if before is None:
        return None, ""
    if before <= 0 or value < 0:
        return _crossed(value, before)
    change = value / before - 1
    if abs(change) < STEADY:
        return "flat", "stable sur un an"
    if change > 1:
        times = "plus de 10" if value / before > MOST_TIMES else number_fr(value / before, 1)
        return "up", f"{times} fois plus qu’il y a un an"
    return (
        "up" if change > 0 else "down"
    ), f"{percent_fr(change) if change < 0 else '+' + percent_fr(change)} sur un an"


def _crossed(value: float, before: float) -> tuple[str, str]:
    """A change that no share says: from nothing, or through zero."""
    if value == before:
        return "flat", "comme il y a un an"
    return ("up" if value > before else "down"), "" if before else "rien il y a un an"


def _curves(values: Values) -> list[str]:
    known = [value for value in values if value is not None]
    low, high = min(known, default=0.0), max(known, default=0.0)
    return curves(values, low=low, high=high, box=(WIDTH, HEIGHT), margin=2)


def _summed(series: Sequence[Values]) -> list[float | None]:
    """The sum of each month; `None` when a part is unknown."""
    months = zip(*series, strict=True)
    known = ([value for value in month if value is not None] for month in months)
    return [sum(values) if len(values) == len(series) else None for values in known]


def _people(value: float | None) -> str:
    return f"{number_fr(value)} salarié{'s' if round(value or 0) >= 2 else ''}"


def _full_time(value: float | None) -> str:
    return f"{number_fr(value, 1)} ETP"
