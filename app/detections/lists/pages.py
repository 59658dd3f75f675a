"""The page of a list, and what its export shares with it: the query in the URL, and its results."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import url_for
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from app.companies.grounds import NOT_HABILITATED
from app.companies.queries import find_freshness, list_territories
from app.core.access.identity import Identity, Nature
from app.core.slots import Slot
from app.core.web.forms import KeptMarkup
from app.detections.lists import marks, presenters, queries
from app.detections.lists.display.forms import DisplayForm
from app.detections.lists.display.queries import find_display
from app.detections.lists.filters import Order
from app.detections.lists.forms import ListFilterForm, direction_of, order_of, requested_sort
from app.detections.lists.presenters import CURSOR, Links
from app.detections.lists.rows import cells
from app.detections.lists.rows.counts import COUNTED
from app.detections.lists.rows.listing import Listing, ListRow
from app.detections.models import DetectionList, DetectionRuleEffect
from app.habilitations.queries import list_departments
from scoring.vocabulary import Level

#: a country’s départements and every filter: half of the page
FILTERS = KeptMarkup("detections/_filters.html")


@dataclass(frozen=True)
class ListPart:
    """A part of the page of every list: its template, and the function that returns its context."""

    template: str
    provider: Callable[[Session, Identity], dict[str, Any]]


#: the parts that the domains above register
list_parts: Slot[ListPart] = Slot("parts of the page of a list")
#: those that come below its rows
row_parts: Slot[ListPart] = Slot("parts below the rows of a list")
#: the query that the list opens with for an agent who asks for none, if they have one
opening: Slot[Callable[[Session, Identity], str | None]] = Slot("what a list opens with")


@dataclass(frozen=True, kw_only=True)
class ListView:
    """A list as one reader filters and sorts it."""

    identity: Identity
    detection_list: DetectionList | None
    form: ListFilterForm
    order: Order
    listing: Listing
    query: MultiDict[str, str]

    @property
    def list_id(self) -> int | None:
        """The id of the list."""
        return self.detection_list.id if self.detection_list else None

    @property
    def parameters(self) -> Mapping[str, list[str]]:
        """The filters and the order in force, as in the URL, for the journal: nothing else that was typed there."""
        kept: dict[str, list[str]] = defaultdict(list)
        for name, value, _ in presenters.in_force(self.form):
            kept[name].append(value)
        if requested_sort(self.query) is self.order.sort:
            kept |= {"tri": [self.order.sort.value], "sens": [direction_of(self.order)]}
        return kept


def list_view(
    session: Session,
    identity: Identity,
    detection_list: DetectionList | None,
    query: MultiDict[str, str],
    *,
    newest: DetectionList | None = None,
) -> ListView:
    """Read the filters and the order in ``query``; what is invalid appears in the errors of the form.

    ``newest``: the last list, where it is known.
    """
    zone = [
        (department.code, f"{department.code} – {department.label}")
        for department in list_departments(session)
        if department.code in identity.departments
    ]
    territories = [
        (territory.code, territory.name)
        for territory in list_territories(session, identity.departments)
    ]
    form = ListFilterForm(
        query, departments=zone, territories=territories, lists=marks.list_choices(session, identity),
        natures=identity.natures,
    )  # fmt: skip
    form.validate()
    listing = Listing(
        identity,
        detection_list,
        until=queries.in_force_until(session, detection_list, newest=newest),
        filters=form.filters(),
    )
    return ListView(
        identity=identity,
        detection_list=detection_list,
        form=form,
        order=order_of(query, identity.natures),
        listing=listing,
        query=query,
    )


def page_context(
    session: Session, view: ListView, lists: Sequence[DetectionList], *, path: str
) -> dict[str, Any]:
    """Return the context of the templates of a list, one of the published ``lists``."""
    links = Links(path, view.query)
    cursor = view.query.get(CURSOR)
    rows, following = view.listing.page(session, order=view.order, cursor=cursor)
    counts = view.listing.counts(session)
    effects = effects_of_rows(session, view, rows)
    chips = presenters.chips(view.form, links)
    parts = [part.provider(session, view.identity) for part in (*list_parts, *row_parts)]
    return {
        **{name: value for part in parts for name, value in part.items()},
        "list_parts": [part.template for part in list_parts],
        "row_parts": [part.template for part in row_parts],
        "query_string": links.asked(),
        "clear_url": f"{path}?{presenters.WHOLE}=1",
        "trace": {
            **trace_of(view, natures_of(rows)),
            "count": min(counts["rows"], COUNTED),
            **({"beyond": True} if counts["rows"] > COUNTED else {}),
            "sirens": [row.siren for row in rows],
        },
        "detection_list": view.detection_list,
        "freshness": find_freshness(session),
        "lists": presenters.lists_menu(lists, current=view.detection_list),
        "filters": FILTERS.of(view.form, path=path, is_active=bool(chips)),
        "shows_territories": bool(view.form.territoire.data),
        "total": presenters.firms_counted(counts["rows"]),
        "rows": [cells.page_row(view.identity, row, effects) for row in rows],
        **_displayed(session, view, links),
        "chips": chips,
        "left_out": presenters.left_out(counts.get("left_out", 0), links),
        "path": path,
        "next_url": links.at(following),
        "first_url": links.here() if cursor else None,
        "export_url": _export_url(view, links),
        "counts": {
            **_alert_counts(view.identity, counts),
            "human": presenters.counted(counts["human"]),
        },
    }


def _displayed(session: Session, view: ListView, links: Links) -> dict[str, Any]:
    """Return what depends on the columns and the density that the agent chose."""
    identity, display = view.identity, find_display(session, view.identity)
    is_last = links.path == url_for("detections.index")
    return {
        "columns": presenters.columns(links, view.order, identity.natures, display),
        "is_compact": display.is_compact,
        "display_form": DisplayForm.of(
            display, query=urlencode(links.pairs), list_id=None if is_last else view.list_id
        ),
        "notes": [
            *presenters.notes(view.form, requested_sort(view.query), identity),
            *presenters.unseen_order(view.order, display),
            *presenters.drawn_without(identity, view.detection_list),
        ],
    }


def effects_of_rows(
    session: Session, view: ListView, rows: Sequence[ListRow]
) -> dict[int, list[DetectionRuleEffect]]:
    """Return the expert rules of the entries that rules moved; for most lists no query is needed."""
    ruled = [row.entry_id for row in rows if row.rules_count]
    return queries.effects_of(session, view.identity, ruled) if ruled else {}


def _alert_counts(identity: Identity, counts: Mapping[str, int]) -> dict[str, str]:
    reads = Nature.SCORE in identity.natures
    return {
        level.value: presenters.counted(counts[level]) if reads else NOT_HABILITATED
        for level in (Level.ELEVEE, Level.MODEREE)
    }


def natures_of(rows: Sequence[ListRow]) -> set[str]:
    return {nature for row in rows for nature in row.readable}


def trace_of(view: ListView, natures: set[str]) -> dict[str, Any]:
    """Return what the journal keeps of the rows that somebody is about to read: which list, how, and the natures open to them."""
    return {"list": view.list_id, "filters": view.parameters, "natures": sorted(natures)}


def _export_url(view: ListView, links: Links) -> str | None:
    if view.list_id is None:
        return None
    return links.here(url_for("detections.export", list_id=view.list_id))
