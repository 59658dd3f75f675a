"""A list as its page and its spreadsheet show it: columns, filter chips, sort links, cells."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from flask import url_for
from werkzeug.datastructures import MultiDict

from app.companies.grounds import NOT_HABILITATED
from app.companies.models import Company, ProcedureStatus
from app.companies.policies import hears_of_alerts
from app.core.access.identity import Identity, Nature
from app.core.now import today
from app.core.text.french import date_fr, euros, number_fr, percent_fr
from app.core.text.spreadsheets import CellKind, Column
from app.detections.lists.filters import LARGEST_FIRST, Order, Sort
from app.detections.lists.forms import ASCENDING, DESCENDING, ListFilterForm
from app.detections.lists.rows.listing import COUNTED, ListRow
from app.detections.models import DetectionList, DetectionRuleEffect, SignalSource
from scoring.data.perimeter_rule import rule
from scoring.dictionary.naf import activity_label
from scoring.vocabulary import Novelty

#: the expert rules whose reason the reader may read, by entry
Effects = Mapping[int, Sequence[DetectionRuleEffect]]

CURSOR = "curseur"
#: a figure that moved by less in a year is said to be what it was
STEADY = 0.05
NUMERIC = frozenset({Sort.WORKFORCE, Sort.DEBT, Sort.SHORT_TIME})
#: fields of the form whose values are shown as one chip each
LISTED = ("niveau", "nouveaute", "departement", "section", "procedure", "suivi", "source")
BOUNDS = {
    "effectif_min": "Effectif : au moins {}",
    "effectif_max": "Effectif : au plus {}",
    "dette_min": "Dette sociale : au moins {} €",
}
#: the cells that only readers who hold a nature for the firm see
NATURE_OF_CELL = {
    "debt": Nature.URSSAF,
    "short_time": Nature.ACTIVITE_PARTIELLE,
}
#: the cells of readers who would be notified of an alert
CELLS_OF_ALERTS = ("level", "novelty", "rules")
#: shown for a rule to readers who lack a nature that it uses
HIDDEN_RULE = "Règle d’expert (motif non habilité)"
#: a column of the spreadsheet, and how to get its value from a row
EXPORTED: tuple[tuple[Column, str], ...] = (
    (Column("Siren", width=12), "siren"),
    (Column("Entreprise", width=40), "name"),
    (Column("Activité", width=40), "activity"),
    (Column("Département", width=12), "department"),
    (Column("Commune", width=24), "commune"),
    (Column("Effectif", CellKind.NUMBER, 10), "workforce"),
    (Column("Niveau", width=18), "level"),
    (Column("Nouveauté", width=18), "novelty"),
    (Column("Règles d’expert", width=40), "rules"),
    (Column("Signalement humain", width=24), "signal"),
    (Column("Dette sociale", CellKind.EUROS, 16), "debt"),
    (Column("Activité partielle (ETP)", CellKind.NUMBER, 16), "short_time"),
    (Column("Procédure collective", width=24), "procedure"),
    (Column("Suivi", width=20), "follow_up"),
)


@dataclass(frozen=True)
class Links:
    """URLs of variants of the same page, from ``path`` and the query in force."""

    path: str
    query: MultiDict[str, str]

    def without(self, name: str, value: str | None = None) -> str:
        """Return the URL without a filter, or without one of its values."""
        pairs = [
            pair for pair in self._pairs() if not (pair[0] == name and value in (None, pair[1]))
        ]
        return self._url(pairs)

    def sorted_by(self, sort: Sort, order: Order) -> str:
        """Return the URL sorted by a column; in the other direction if it already is."""
        down = not order.descending if sort is order.sort else sort in LARGEST_FIRST
        pairs = [pair for pair in self._pairs() if pair[0] not in ("tri", "sens")]
        return self._url([*pairs, ("tri", sort.value), ("sens", DESCENDING if down else ASCENDING)])

    def at(self, cursor: str | None) -> str | None:
        """Return the URL of the page that begins at a cursor."""
        return self._url([*self._pairs(), (CURSOR, cursor)]) if cursor else None

    def here(self, path: str | None = None) -> str:
        """Return the URL of the first page, or of the same query at another ``path``."""
        return self._url(self._pairs(), path=path)

    def _pairs(self) -> list[tuple[str, str]]:
        return [(n, v) for n, v in self.query.items(multi=True) if n != CURSOR and v]

    def _url(self, pairs: Sequence[tuple[str, str]], *, path: str | None = None) -> str:
        return (path or self.path) + ("?" + urlencode(pairs) if pairs else "")


def columns(links: Links, order: Order, natures: frozenset[Nature]) -> list[dict[str, object]]:
    """Return the columns of the table, for the macro; those the reader may not sort by have no link."""
    return [
        {
            "label": sort.label,
            "numeric": sort in NUMERIC,
            "sort_url": links.sorted_by(sort, order) if sort.is_offered(natures) else None,
            "sort": ("desc" if order.descending else "asc") if sort is order.sort else None,
        }
        for sort in Sort
    ]


def counted(number: int) -> str:
    """A number of rows, as far as they are counted."""
    return number_fr(number) if number <= COUNTED else f"plus de {number_fr(COUNTED)}"


def firms_counted(number: int) -> str:
    """« 12 entreprises » ; « plus de 1 000 entreprises »."""
    return f"{counted(number)} entreprise{'s' if number > 1 else ''}"


def chips(form: ListFilterForm, links: Links) -> list[dict[str, str]]:
    """Return the filters in force, each with the URL that removes it."""
    return [
        {"label": label, "remove_url": links.without(name, value)}
        for name, value, label in in_force(form)
    ]


def chosen_filters(form: ListFilterForm) -> list[tuple[str, str]]:
    """Return the filters in force as (name, value), for the spreadsheet."""
    return [(str(form[name].label.text), label) for name, _, label in in_force(form)]


def notes(form: ListFilterForm, sort: Sort | None, identity: Identity) -> list[str]:
    """Return what is left out because the reader lacks a nature: filters and sorts ignored, départements not counted."""
    sentences = [
        f"Filtre « {form[name].label.text} » ignoré : non habilité ({nature.label})."
        for name, nature in form.refused.items()
    ]
    if sort is not None and sort.nature is not None and not sort.is_offered(identity.natures):
        sentences.append(f"Tri « {sort.label} » ignoré : non habilité ({sort.nature.label}).")
    for nature in (Nature.SCORE, Nature.URSSAF, Nature.ACTIVITE_PARTIELLE):
        where = identity.zones.get(nature, ())
        if where and set(where) != set(identity.departments):
            sentences.append(
                f"{nature.label} : vous êtes habilité dans ces seuls départements de votre zone : {', '.join(where)}."
                " Les autres ne sont ni comptés, ni filtrés, ni triés sur ces données."
            )
    return sentences


def rule_lines(count: int | None, effects: Sequence[DetectionRuleEffect]) -> list[str]:
    """Return the expert rules that applied to an entry: ``count`` in all, of which the reader may read ``effects``."""
    lines = [f"Règle d’expert : {effect.reason}" for effect in effects]
    return [*lines, HIDDEN_RULE] if (count or 0) > len(effects) else lines


def why_not_listed(company: Company, detection_list: DetectionList) -> str:
    """Return why a firm is not on a list: what it is, what it is going through, or its risk."""
    if not company.is_active:
        return "Elle a cessé son activité : la détection ne l’évalue plus."
    if company.procedure_status is not ProcedureStatus.IN_BONIS:
        state = company.procedure_status.label.lower()
        return f"Elle est déjà en procédure ({state}) : la détection ne prédit que l’ouverture d’une procédure."
    if not company.in_perimeter:
        return f"Elle est hors du périmètre de la détection : {_outside(company)}."
    bound = percent_fr(detection_list.parameters.get("thresholds", {}).get("moderee"), 1)
    return (
        f"Elle est évaluée, et son risque à 18 mois est au-dessous du seuil des alertes ({bound})."
    )


def _outside(company: Company) -> str:
    """What keeps a firm out of the perimeter, as far as its public data say; in the order of the rule."""
    current = rule()
    if company.workforce is None:
        return "aucun effectif connu"
    if company.legal_category in current.legal_categories:
        return "sa forme juridique est de droit public"
    if company.naf in current.activities:
        return f"son activité est exclue ({activity_label(company.naf)})"
    if company.workforce < current.at_least:
        return f"son effectif est resté sous {number_fr(current.at_least)} salariés pendant {current.months} mois"
    return "son siège est inconnu ou hors de France"


def export_rows(
    identity: Identity, rows: Sequence[ListRow], effects: Effects
) -> list[list[object]]:
    """Return the cells of the spreadsheet, in the order of `EXPORTED`."""
    cells_of_rows = (_cells(identity, row, effects) for row in rows)
    return [[_joined(cells[name]) for _, name in EXPORTED] for cells in cells_of_rows]


def _joined(value: object) -> object:
    return "\n".join(value) or None if isinstance(value, list) else value


def page_row(identity: Identity, row: ListRow, effects: Effects) -> dict[str, Any]:
    """Return a row of the page as text."""
    cells = _cells(identity, row, effects)
    return cells | {
        "level_code": row.level,
        "workforce": number_fr(row.workforce),
        "workforce_note": _move(row.workforce_change),
        "debt": _written(cells["debt"], euros),
        "debt_note": " · ".join(filter(None, (_move(row.debt_change), _delay(row.delay_until)))),
        "short_time": _written(cells["short_time"], lambda value: number_fr(value, 1)),
        "is_human": row.signal_id is not None,
        "has_entry": row.entry_id is not None,
    }


def _move(change: float | None) -> str:
    """Which way a figure went in a year; a change that the reader may not read is unknown."""
    if change is None or abs(change) < STEADY:
        return ""
    return "↗ en hausse" if change > 0 else "↘ en baisse"


def _delay(until: date | None) -> str:
    """The délai de paiement that runs on a debt."""
    return f"délai jusqu’au {date_fr(until)}" if until and until >= today() else ""


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
        "activity": activity_label(row.naf),
        "department": row.department,
        "commune": row.commune,
        "workforce": row.workforce,
        "level": row.level.label if row.level else None,
        "novelty": row.novelty.label if has_news else None,
        "rules": rule_lines(row.rules_count, effects.get(row.entry_id, ())),
        "signal": source.label if source else None,
        "debt": row.debt,
        "short_time": row.short_time,
        "procedure": row.procedure_status.label,
        "follow_up": row.follow_up or None,
        **dict.fromkeys(closed, NOT_HABILITATED),
    }


def lists_menu(
    lists: Sequence[DetectionList], *, current: DetectionList | None
) -> list[dict[str, Any]]:
    """The published lists as the macro ``side_menu`` shows them."""
    return [
        {
            "label": item.label,
            "url": url_for("detections.show_list", list_id=item.id),
            "is_current": item is current,
        }
        for item in lists
    ]


def in_force(form: ListFilterForm) -> list[tuple[str, str, str]]:
    """Return the filters in force as (name, value, label): of what the URL says, what was understood."""
    filters = []
    for name in LISTED:
        field = form[name]
        labels: Mapping[str, str] = {choice.value: choice.label for choice in field.choices}
        values = [field.data] if isinstance(field.data, str) else field.data or []
        filters += [(name, value, labels[value]) for value in values if value and value in labels]
    for name, sentence in BOUNDS.items():
        field = form[name]
        if field.data is not None and not field.errors:
            filters.append((name, field.raw_data[0], sentence.format(number_fr(field.data))))
    return filters
