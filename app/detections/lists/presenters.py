"""The page of a list around its rows: columns, filter chips, sort links, what is left out and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import url_for
from werkzeug.datastructures import MultiDict

from app.core.access.identity import Identity, Nature
from app.core.text.french import number_fr
from app.detections.lists.display.columns import Display, ListColumn
from app.detections.lists.filters import LARGEST_FIRST, Order, SignalsKept, Sort
from app.detections.lists.forms import ASCENDING, DESCENDING, ListFilterForm
from app.detections.lists.rows.counts import COUNTED
from app.detections.lists.why.causes import CAUSES
from app.detections.models import DetectionList

CURSOR = "curseur"
#: in the URL, asks for the whole list rather than for what it opens with
WHOLE = "tout"
#: fields of the form whose values are shown as one chip each
LISTED = (
    "niveau", "nouveaute", "departement", "section", "division", "forme", "territoire", "theme", "procedure", "suivi", "effectif", "dette",
    "activite_partielle", "comptes", "liste", "hors_liste", "source", "tirage", "signalements",
)  # fmt: skip
BOUNDS = {
    "effectif_min": "Effectif : au moins {}",
    "effectif_max": "Effectif : au plus {}",
    "dette_min": "Dette sociale : au moins {} €",
    "ca_min": "Chiffre d’affaires : au moins {} k€",
    "ca_max": "Chiffre d’affaires : au plus {} k€",
    "age_min": "Âge en années : au moins {}",
    "age_max": "Âge en années : au plus {}",
}


@dataclass(frozen=True)
class Links:
    """URLs of variants of the same page, from ``path`` and the query in force."""

    path: str
    query: MultiDict[str, str]

    def without(self, name: str, value: str | None = None) -> str:
        """Return the URL without a filter, or without one of its values."""
        pairs = [pair for pair in self.pairs if not (pair[0] == name and value in (None, pair[1]))]
        return self._url(pairs)

    def having(self, name: str, value: str) -> str:
        """Return the URL with a filter more."""
        return self._url([*self.pairs, (name, value)])

    def sorted_by(self, sort: Sort, order: Order) -> str:
        """Return the URL sorted by a column; in the other direction if it already is."""
        down = not order.descending if sort is order.sort else sort in LARGEST_FIRST
        pairs = [pair for pair in self.pairs if pair[0] not in ("tri", "sens")]
        return self._url([*pairs, ("tri", sort.value), ("sens", DESCENDING if down else ASCENDING)])

    def at(self, cursor: str | None) -> str | None:
        """Return the URL of the page that begins at a cursor."""
        return self._url([*self.pairs, (CURSOR, cursor)]) if cursor else None

    def here(self, path: str | None = None) -> str:
        """Return the URL of the first page, or of the same query at another ``path``."""
        return self._url(self.pairs, path=path)

    def asked(self) -> str:
        """Return the query in force, without its place."""
        return urlencode(self.pairs)

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The query in force, but for the page that it is at."""
        return [(n, v) for n, v in self.query.items(multi=True) if n not in (CURSOR, WHOLE) and v]

    def _url(self, pairs: Sequence[tuple[str, str]], *, path: str | None = None) -> str:
        if path is not None:
            return path + ("?" + urlencode(pairs) if pairs else "")
        # Asked for nothing, the page would open with the view that the agent chose.
        return f"{self.path}?{urlencode(pairs or [(WHOLE, '1')])}"


def columns(
    links: Links, order: Order, natures: frozenset[Nature], display: Display
) -> list[dict[str, object]]:
    """Return the columns of the table, for the macro: the firm, then those chosen; those the reader may not sort by have no link."""
    shown: list[tuple[ListColumn | None, str, Sort | None, bool]] = [
        (None, Sort.COMPANY.label, Sort.COMPANY, False)
    ]
    shown += [(column, column.label, column.sort, column.is_numeric) for column in display.columns]
    return [
        {
            "code": column,
            "label": label,
            "numeric": is_numeric,
            "sort_url": links.sorted_by(sort, order) if sort and sort.is_offered(natures) else None,
            "sort": ("desc" if order.descending else "asc") if sort is order.sort else None,
        }
        for column, label, sort, is_numeric in shown
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


def left_out(count: int, links: Links) -> dict[str, str] | None:
    """Return how many firms that humans signal are not shown for want of what a filter asks, and the URL that shows them."""
    if not count:
        return None
    many = count > 1
    firms = "entreprises signalées" if many else "entreprise signalée"
    are_not = "ne sont pas ici" if many else "n’est pas ici"
    return {
        "text": f"{counted(count)} {firms} par des agents {are_not} : un de vos filtres porte sur ce que seul l’algorithme calcule.",
        "label": "Les inclure" if many else "L’inclure",
        "url": links.having("signalements", SignalsKept.INCLUDED.value),
    }


def chosen_filters(form: ListFilterForm) -> list[tuple[str, str]]:
    """Return the filters in force as (name, value), for the spreadsheet."""
    return [(str(form[name].label.text), label) for name, _, label in in_force(form)]


def unseen_order(order: Order, display: Display) -> list[str]:
    """Say the column that the list is sorted by, when it is not shown."""
    if not display.hides(order.sort):
        return []
    return [f"Liste triée par « {order.sort.label} », une colonne que vous n’affichez pas."]


def notes(form: ListFilterForm, sort: Sort | None, identity: Identity) -> list[str]:
    """Return what is left out because the reader lacks a nature: filters and sorts ignored, départements not counted."""
    sentences = [
        f"Filtre « {form[name].label.text} » ignoré : non habilité ({nature.label})."
        for name, nature in form.refused.items()
    ]
    sentences += [
        f"Thème « {theme.label} » ignoré : non habilité ({theme.nature.label})."
        for theme in CAUSES
        if theme.nature is not None
        and theme.nature not in identity.natures
        and theme.value in (form.theme.data or ())
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


def drawn_without(identity: Identity, detection_list: DetectionList | None) -> list[str]:
    """Say where, in the zone of the reader, a list was drawn without exploration."""
    read = set(identity.zones.get(Nature.SCORE, ()))
    places = sorted(read & detection_list.paused) if detection_list else []
    if not places:
        return []
    return [
        f"Sans tirage au sort dans cette liste, par choix d’un responsable : {', '.join(places)}."
    ]


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
