"""What a list shows of a firm, on its page and in its spreadsheet: each cell as far as the reader may read it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from math import isinf
from typing import Any

from app.companies.accounts import STEADY, follows, way_of
from app.companies.grounds import NOT_HABILITATED
from app.companies.policies import hears_of_alerts
from app.companies.presenters import age_in_years
from app.core.access.identity import Identity, Nature
from app.core.now import today
from app.core.text.french import counted_fr, euros, month_fr, number_fr
from app.detections.lists.display.columns import ListColumn
from app.detections.lists.rows.exported import Exported
from app.detections.lists.rows.listing import ListRow
from app.detections.models import DRAWN, DetectionRuleEffect, SignalSource
from scoring.dictionary.legal_categories import legal_category_label
from scoring.dictionary.naf import activity_label
from scoring.dictionary.numbers import euros_in_short
from scoring.dictionary.phrases import ALARMING, UNALARMING
from scoring.vocabulary import Novelty

#: the expert rules whose reason the reader may read, by entry
Effects = Mapping[int, Sequence[DetectionRuleEffect]]

#: the cells that only readers who hold a nature for the firm see
NATURE_OF_CELL = {
    "debt": Nature.URSSAF,
    "debt_change": Nature.URSSAF,
    "delay_until": Nature.URSSAF,
    "short_time": Nature.ACTIVITE_PARTIELLE,
}
#: the cells of readers who would be notified of an alert
CELLS_OF_ALERTS = ("level", "novelty", "rules", "cause")
#: shown for a rule to readers who lack a nature that it uses
HIDDEN_RULE = "Règle d’expert (motif non habilité)"


def rule_lines(count: int | None, effects: Sequence[DetectionRuleEffect]) -> list[str]:
    """Return the expert rules that applied to an entry: ``count`` in all, of which the reader may read ``effects``."""
    lines = [f"Règle d’expert : {effect.reason}" for effect in effects]
    return [*lines, HIDDEN_RULE] if (count or 0) > len(effects) else lines


def export_rows(
    identity: Identity,
    rows: Sequence[ListRow],
    effects: Effects,
    *,
    columns: Sequence[Exported],
    head_offices: Mapping[str, str],
) -> list[list[object]]:
    """Return the cells of some ``columns`` of the spreadsheet; ``head_offices``: the siret of each siren."""
    cells_of_rows = (
        _cells(identity, row, effects) | {"head_office": head_offices.get(row.siren)}
        for row in rows
    )
    return [[_joined(cells[each.cell]) for each in columns] for cells in cells_of_rows]


def _joined(value: object) -> object:
    return "\n".join(value) or None if isinstance(value, list) else value


def page_row(identity: Identity, row: ListRow, effects: Effects) -> dict[str, Any]:
    """Return a row of the page: ``shown``, by column, what is written of it and the note under it; the rest is drawn by the page."""
    cells = _cells(identity, row, effects)
    place = " – ".join(filter(None, (row.commune, row.department)))
    moves = filter(None, (_move(row.debt_change), _delay(row.delay_until)))
    shown: dict[ListColumn, tuple[str | None, str]] = {
        ListColumn.PLACE: (place or None, ""),
        ListColumn.WORKFORCE: (number_fr(row.workforce), _move(row.workforce_change)),
        ListColumn.DEBT: (_written(cells["debt"], euros), " · ".join(moves)),
        ListColumn.SHORT_TIME: (
            _written(cells["short_time"], lambda value: number_fr(value, 1)),
            "",
        ),
        ListColumn.REVENUE: (_in_short(row.revenue), _accounts_note(row)),
        ListColumn.RESULT: (_in_short(row.ebit), ""),
        ListColumn.PROCEDURE: (cells["procedure"], ""),
        ListColumn.FOLLOW_UP: (row.follow_up or "Aucun", ""),
        ListColumn.AGE: (_years(row.created_on), ""),
        ListColumn.LEGAL_FORM: (legal_category_label(row.legal_category), ""),
        ListColumn.SIREN: (row.siren, ""),
    }
    return cells | {
        "shown": shown,
        "level_code": row.level,
        "why": brief(cells["cause"]) if row.cause and cells["cause"] == row.cause else "",
        "is_human": row.signal_id is not None,
        "has_entry": row.entry_id is not None,
        "is_drawn": row.arm == DRAWN and hears_of_alerts(identity, row),
    }


def _in_short(amount: float | None) -> str | None:
    return None if amount is None else euros_in_short(amount)


def _years(created_on: date | None) -> str | None:
    age = age_in_years(created_on)
    return None if age is None else counted_fr(age, "an")


def brief(sentence: str) -> str:
    """The beginning of a sentence of the explanation, which says the fact: « Dette Urssaf doublée en 3 mois : 42 k€ »."""
    fact = sentence.removesuffix(ALARMING).removesuffix(UNALARMING)
    return fact.split(", ", 1)[0]


def _accounts_note(row: ListRow) -> str:
    """Of which year the turnover is, and which way it went."""
    if row.closed_on is None:
        return ""
    before = row.revenue_before if follows(row.closed_on, row.closed_before) else None
    way = {"up": "↗ en hausse", "down": "↘ en baisse"}.get(way_of(row.revenue, before) or "")
    return " · ".join(filter(None, (str(row.closed_on.year), way)))


def _move(change: float | None) -> str:
    """Which way a figure went in a year; a change that the reader may not read is unknown."""
    if change is None or abs(change) < STEADY:
        return ""
    return "↗ en hausse" if change > 0 else "↘ en baisse"


def _percent(change: float | None) -> float | str | None:
    """A change in percent; of a debt that was none a year ago, there is no such figure."""
    if change is None:
        return None
    return "Nouvelle en un an" if isinf(change) else round(100 * change)


def _delay(until: date | None) -> str:
    """The délai de paiement that runs on a debt."""
    return f"délai jusqu’en {month_fr(until)}" if until and until >= today() else ""


def _written(value: float | str | None, write: Callable[[float | None], str]) -> str:
    return value if isinstance(value, str) else write(value)


def _cells(identity: Identity, row: ListRow, effects: Effects) -> dict[str, Any]:
    source: SignalSource | None = row.signal_source
    has_news = row.novelty not in (None, Novelty.NONE)
    closed = [name for name, kind in NATURE_OF_CELL.items() if kind not in row.readable]
    if not hears_of_alerts(identity, row):
        closed.extend(CELLS_OF_ALERTS)
    return {
        "siren": row.siren,
        "name": row.name,
        "naf": row.naf,
        "activity": activity_label(row.naf),
        "department": row.department,
        "commune": row.commune,
        "legal_form": legal_category_label(row.legal_category),
        "created_on": row.created_on,
        "workforce": row.workforce,
        "workforce_month": row.workforce_month,
        "level": row.level.label if row.level else None,
        "novelty": row.novelty.label if has_news else None,
        "rules": rule_lines(row.rules_count, effects.get(row.entry_id, ())),
        "signal": source.label if source else None,
        "cause": row.cause,
        "debt": row.debt,
        "debt_change": _percent(row.debt_change),
        "delay_until": row.delay_until,
        "short_time": row.short_time,
        "revenue": row.revenue,
        "ebit": row.ebit,
        "closed_on": row.closed_on,
        "procedure": row.procedure_status.label,
        "follow_up": row.follow_up or None,
        "lists": list(row.lists),
        **dict.fromkeys(closed, NOT_HABILITATED),
    }
