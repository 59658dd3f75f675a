"""What waits for whoever asks, first on their home page: each line leads to where it is done."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from textwrap import shorten
from typing import Any

from flask import url_for
from sqlalchemy import Row
from sqlalchemy.orm import Session

from app.campaigns.contacts.panels import of_agent as contacts_of
from app.cases.assignments.queries import GIVEN_TO_ME
from app.cases.handover import queries as handovers
from app.cases.models import Case
from app.cases.queries import QUIET
from app.companies.models import Company
from app.companies.queries import find_names
from app.core.access.identity import Identity
from app.core.access.permissions import Permission, permits
from app.core.text.french import counted_fr, date_fr, number_fr
from app.core.web import drafts
from app.core.web.drafts import Draft
from app.detections.lists.rows.counts import COUNTED
from app.detections.models import RunState
from app.detections.panels import NEW, UNANSWERED, UNTOUCHED
from app.detections.runs import queries as runs
from app.habilitations.entries import queries as entries
from app.habilitations.requests import queries as requests
from app.habilitations.roles import queries as roles
from app.imports import queries as imports
from app.models_registry import queries as models
from app.network.models import Comment
from app.network.queries import list_awaiting
from app.portal.home.queries import GIVEN, UNHANDLED

#: drafts, answers that wait for another, and contacts of which nothing is said, named on the home page
DRAFTS_SHOWN, ANSWERS_SHOWN, CONTACTS_SHOWN = 3, 5, 5
#: échéances, firms that were given, and characters of each step
ASKED_SHOWN, STEP_SHOWN = 5, 80
#: the address of a form about a firm, or about one of its establishments
OF_FIRM = re.compile(r"/(?:entreprises|etablissements)/(\d{9})")


@dataclass(frozen=True, kw_only=True)
class ToDo:
    """Something to do: what, and where."""

    label: str
    url: str


Find = Callable[[Session, Identity], Sequence[ToDo]]


def todo(session: Session, identity: Identity) -> list[ToDo]:
    """Return what waits for ``identity``, besides what firms ask: drafts, decisions."""
    return [
        line
        for permission, find in WAITING
        if permits(identity, permission)
        for line in find(session, identity)
    ]


def of_alerts(count: int) -> list[ToDo]:
    """Return the line of the new alerts that nobody contacted or answered, counted as far as lists count."""
    if not count:
        return []
    said = f"plus de {number_fr(COUNTED)}" if count > COUNTED else number_fr(count)
    plural = "s" if count > 1 else ""
    label = f"{said} entreprise{plural} en nouvelle alerte, sans contact ni réponse"
    news = [novelty.value for novelty in NEW]
    marks = [UNTOUCHED, UNANSWERED, UNHANDLED]
    address = url_for("detections.index", nouveaute=news, suivi=marks)
    return [ToDo(label=label, url=address)]


def of_cases(cases: Iterable[Row[Case, Company, bool]]) -> list[ToDo]:
    """Return a line for each accompagnement where nothing happened lately."""
    return [
        ToDo(
            label=f"{company.name} : rien de nouveau depuis {QUIET.days} jours dans votre accompagnement",
            url=url_for("cases.detail", case_id=case.id),
        )
        for case, company, is_quiet in cases
        if is_quiet
    ]


def of_firms(asked: Sequence[Row[*tuple[Any, ...]]]) -> list[ToDo]:
    """Return a line for each échéance of these days, for each firm that was given, and one where there are others."""
    given = [row for row in asked if row.kind == GIVEN]
    steps = [row for row in asked if row.kind != GIVEN]
    lines = [_step(row) for row in steps[:ASKED_SHOWN]]
    if len(steps) > ASKED_SHOWN:
        lines.append(ToDo(label="Toutes vos échéances", url=url_for("deadlines.index")))
    lines += [_given(row) for row in given[:ASKED_SHOWN]]
    if len(given) > ASKED_SHOWN:
        others = url_for("detections.index", suivi=[GIVEN_TO_ME])
        lines.append(ToDo(label="D’autres entreprises vous sont confiées", url=others))
    return lines


def _step(row: Row[*tuple[Any, ...]]) -> ToDo:
    said = f" : {shorten(row.said, STEP_SHOWN, placeholder='…')}" if row.said else ""
    label = f"{row.name}, échéance du {date_fr(row.day)}{said}"
    return ToDo(label=label, url=url_for("deadlines.detail", deadline_id=row.number))


def _given(row: Row[*tuple[Any, ...]]) -> ToDo:
    label = f"{row.name}, confiée par {row.said} le {date_fr(row.day)}"
    return ToDo(label=label, url=url_for("firm.understand", siren=row.siren))


def of_answers(answers: Iterable[Row[Comment, Company]]) -> list[ToDo]:
    """Return a line for each answer that waits for another."""
    return [
        ToDo(
            label=f"{comment.author.full_name} vous a répondu sur {company.name}, le {date_fr(comment.created_at)}",
            url=url_for("comments.reply", comment_id=comment.id),
        )
        for comment, company in answers
    ]


def _contacts(session: Session, identity: Identity) -> list[ToDo]:
    taken = contacts_of(session, identity, limit=CONTACTS_SHOWN)
    return [
        ToDo(
            label=f"{contact.company.name} : dites ce que votre contact du {date_fr(contact.taken_at)} a donné",
            url=url_for("campaign_contacts.settle", contact_id=contact.id),
        )
        for contact in taken
    ]


def _answers(session: Session, identity: Identity) -> list[ToDo]:
    return of_answers(list_awaiting(session, identity, limit=ANSWERS_SHOWN))


def _drafts(session: Session, identity: Identity) -> list[ToDo]:
    kept = drafts.list_latest(session, identity, limit=DRAFTS_SHOWN)
    sirens = [_siren_of(draft.form_path) for draft in kept]
    names = find_names(session, [siren for siren in sirens if siren])
    return [
        ToDo(label=_draft_label(draft, names.get(siren or "")), url=draft.form_path)
        for draft, siren in zip(kept, sirens, strict=True)
    ]


def _draft_label(draft: Draft, name: str | None) -> str:
    about = f" sur {name}" if name else ""
    return f"Brouillon{about}, commencé le {date_fr(draft.saved_at)}"


def _siren_of(path: str) -> str | None:
    """The firm that a form is about, as its address says it."""
    found = OF_FIRM.match(path)
    return found[1] if found else None


def _handovers(session: Session, identity: Identity) -> list[ToDo]:
    asked = handovers.count_asked(session, identity)
    if not asked:
        return []
    label = f"{counted_fr(asked, 'transmission')} d’accompagnements à accepter ou à refuser"
    return [ToDo(label=label, url=url_for("case_handovers.index"))]


def _requests(session: Session, identity: Identity) -> list[ToDo]:
    pending = len(requests.list_requests(session, identity, pending=True))
    entering = len(entries.list_to_decide(session, identity))
    lines = []
    if pending:
        label = f"{counted_fr(pending, 'demande')} d’habilitation à examiner"
        lines.append(ToDo(label=label, url=url_for("habilitations.requests_queue")))
    if entering:
        label = f"{counted_fr(entering, 'demande')} d’entrée dans vos réseaux"
        lines.append(ToDo(label=label, url=url_for("habilitations.networks_list")))
    return lines


def _roles(session: Session, identity: Identity) -> list[ToDo]:
    waiting = len(roles.list_waiting(session, identity))
    if not waiting:
        return []
    label = f"{counted_fr(waiting, 'rôle')} à décider"
    return [ToDo(label=label, url=url_for("habilitations.role_requests"))]


def _batches(session: Session, _identity: Identity) -> list[ToDo]:
    return [
        ToDo(
            label=f"Le lot {batch.id} attend une décision",
            url=url_for("imports.batch", batch_id=batch.id),
        )
        for batch in imports.list_waiting_batches(session)
    ]


def _runs(session: Session, _identity: Identity) -> list[ToDo]:
    last = next(iter(runs.list_runs(session, limit=1)), None)
    if last is None or last.state is not RunState.FAILED:
        return []
    label = f"La détection du {date_fr(last.as_of)} s’est arrêtée"
    return [ToDo(label=label, url=url_for("detection_runs.progress", run_id=last.id))]


def _challenger(session: Session, _identity: Identity) -> list[ToDo]:
    if models.find_challenger(session) is None:
        return []
    return [
        ToDo(label="Un modèle est à l’essai à côté de celui en service", url=url_for("model.index"))
    ]


#: who each kind of thing waits for, in the order of the page
WAITING: Sequence[tuple[Permission, Find]] = (
    (Permission.CONTACT_SETTLE, _contacts),
    (Permission.COMMENT_REPLY, _answers),
    (Permission.HANDOVER_ASK, _handovers),
    (Permission.COMMENT_WRITE, _drafts),
    (Permission.HABILITATION_VALIDATE, _requests),
    (Permission.ROLE_READ, _roles),
    (Permission.IMPORTS_DECIDE, _batches),
    (Permission.DETECTION_RUN, _runs),
    (Permission.MODEL_DECIDE, _challenger),
)
