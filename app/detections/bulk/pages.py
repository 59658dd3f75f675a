"""What the page of a list and that of a bulk act show."""

from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

from flask import url_for
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from app.core.access.identity import Identity
from app.core.errors import NotFoundError
from app.core.web.forms import choices
from app.detections.bulk import services
from app.detections.bulk.forms import ChoiceForm
from app.detections.bulk.kinds import list_kinds
from app.detections.bulk.models import BulkAct
from app.detections.bulk.services import MOST, kind_of
from app.detections.bulk.subjects import subject_of
from app.detections.lists import queries as lists
from app.detections.lists.filters import Filters
from app.detections.lists.pages import ListView, list_view
from app.detections.lists.rows.listing import Listing
from app.detections.models import DetectionList

#: what is asked of a list page: the firms ticked, or all those that its filters keep
TICKED, EVERY = "cochees", "toutes"


def on_list(_session: Session, _identity: Identity) -> dict[str, Any]:
    """The context of `detections/bulk/_bar.html` on the page of a list."""
    return {"bulk_kinds": kinds_on("firm"), "bulk_most": MOST}


def kinds_on(subject: str) -> list[tuple[str, str]]:
    """The acts that are offered on a subject: their codes and labels."""
    return [(kind.code, kind.label) for kind in list_kinds(subject)]


def chosen_sirens(
    session: Session,
    identity: Identity,
    *,
    ticked: list[str],
    scope: str,
    list_id: int | None,
    query: str,
) -> list[str]:
    """Return the firms ticked, or those that the filters of the list keep, as far as `MOST` and one."""
    if scope != EVERY:
        return ticked
    view = list_view(session, identity, _list(session, identity, list_id), _filters(query))
    return view.listing.sirens(session, order=view.order, limit=MOST + 1)


def of_act(session: Session, identity: Identity, act: BulkAct) -> dict[str, Any]:
    """Return the context of the page of a bulk act."""
    kind, subject = kind_of(act), subject_of(act)
    form = ChoiceForm(formdata=None, choice=act.choice)
    form.choice.label.text = kind.question
    offered = list(kind.choices(session, identity)) if kind.choices else []
    form.choice.choices = choices(offered)
    needs = kind.choices is not None and act.choice is None
    is_over = act.done_at is not None
    foreseen = None if needs or is_over else services.foresee(session, identity, act)
    return {
        "act": act,
        "kind": kind,
        "subject": subject,
        "choice_form": form,
        "offered": offered,
        "choice_label": dict(offered).get(act.choice or ""),
        "needs_choice": needs,
        "foreseen": foreseen,
        "named": [
            (subject.name(each), url_for(subject.endpoint, **subject.arguments(each)))
            for each in (foreseen.chosen if foreseen else ())
        ],
        "may_undo": services.may_undo(act),
        "back_url": url_for(subject.list_endpoint, **subject.list_arguments),
        "files": ()
        if kind.writes
        else [(said, url_for(route, act_id=act.id)) for said, route in subject.files()],
    }


def selection(session: Session, identity: Identity, act: BulkAct) -> tuple[ListView, DetectionList]:
    """Return the list where the firms were chosen, narrowed to them."""
    detection_list = _list(session, identity, act.list_id)
    view = list_view(session, identity, detection_list, MultiDict())
    listing = Listing(
        identity,
        detection_list,
        until=lists.in_force_until(session, detection_list),
        filters=Filters(sirens=tuple(act.keys)),
    )
    return replace(view, listing=listing), detection_list


def _list(session: Session, identity: Identity, list_id: int | None) -> DetectionList:
    if list_id is not None:
        return lists.get_list(session, identity, list_id)
    current = lists.find_current_list(session)
    if current is None:
        raise NotFoundError
    return current


def _filters(query: str) -> MultiDict[str, str]:
    return MultiDict(parse_qsl(query.removeprefix("?")))
