"""How an event reads in French, where it leads, and who reads a text. Domains above register their own kinds of events."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from textwrap import shorten
from typing import Any, Protocol

from app.accounts.models import Agent
from app.companies.models import ProcedureEvent
from app.companies.presenters import procedure_sentence
from app.core.front.addresses import path_to
from app.core.now import day_of
from app.core.slots import Slot
from app.core.text.french import date_fr, datetime_fr
from app.core.text.markdown import markdown
from app.core.work.events import EventKind
from app.detections.answers.models import AnswerKind
from app.detections.answers.services import WITHDRAWN
from app.detections.models import SignalSource
from app.habilitations.models import Network
from app.network.models import COMMENT_SUBJECT, FeedEvent
from app.network.timeline import Happening
from scoring.vocabulary import Level, Novelty

Sentence = Callable[[FeedEvent], str]
Path = Callable[[FeedEvent], str]

#: départements named in a badge; above this number, they are counted
NAMED_DEPARTMENTS = 3
#: characters of a text in a feed
EXCERPT = 200


class Addressed(Protocol):
    """A text with its audience: a comment, the note of a visit."""

    @property
    def network(self) -> Network:
        """The network that reads it."""

    @property
    def departments(self) -> list[str]:
        """The départements where CODEFI reads it."""


@dataclass(frozen=True)
class Wording:
    """How events of a kind read."""

    kind: EventKind
    sentence: Sentence


@dataclass(frozen=True)
class SubjectPage:
    """Which page shows the subject of an event."""

    subject_kind: str
    path: Path


#: the wording of the feed; each domain registers that of its events
wordings: Slot[Wording] = Slot("sentences of the feed")
#: the pages that the feed links to
subject_pages: Slot[SubjectPage] = Slot("pages of the feed")


@dataclass(frozen=True, kw_only=True)
class ThreadLine:
    """An event as a thread shows it."""

    anchor: str
    when: str
    iso: str
    title: str
    #: ``human``, ``data`` or ``model``
    kind: str
    author: str | None = None
    audience: str | None = None
    url: str | None = None
    #: the beginning of what was written, and the number of a comment: whoever reads it may answer it
    excerpt: str = ""
    comment_id: int | None = None
    #: of whoever acted
    initials: str = ""
    #: since the reader last came
    is_new: bool = False


def company_path(siren: str) -> str:
    """Return the path of the firm's page."""
    return path_to("firm.understand", siren=siren)


def exchange_path(siren: str, *, comment_id: int) -> str:
    """Return the room of the firm where people write, at a comment that was just written."""
    return path_to("firm.exchange", siren=siren, _anchor=f"commentaire-{comment_id}")


def comment_path(siren: str, comment_id: int | None) -> str:
    """Return the page of the firm's comments that shows this one."""
    anchor = f"commentaire-{comment_id}"
    return path_to("comments.index", siren=siren, commentaire=comment_id, _anchor=anchor)


def sentence_of(event: FeedEvent) -> str:
    """Return what happened, without the name of the firm or any text."""
    return next(wording.sentence(event) for wording in wordings if wording.kind == event.kind)


def path_of(event: FeedEvent) -> str:
    """Return the page to open from ``event``: its subject's, otherwise the firm's."""
    pages = (page.path for page in subject_pages if page.subject_kind == event.subject_kind)
    path = next(pages, None)
    return company_path(event.siren) if path is None else path(event)


def audience_of(text: Addressed) -> str:
    """Return who reads ``text``: « Urssaf », « CODEFI 21 »."""
    return audience_label(text.network, text.departments)


def audience_label(network: Network, departments: Sequence[str]) -> str:
    """Return the label of the network, with the départements where it reads for CODEFI."""
    if not network.is_codefi:
        return network.label
    if len(departments) > NAMED_DEPARTMENTS:
        return f"{network.label} de {len(departments)} départements"
    return f"{network.label} {', '.join(departments)}".strip()


def lines(happenings: Iterable[Happening], networks: Mapping[int, Network]) -> list[ThreadLine]:
    """Return the lines of a firm's timeline."""
    return [
        line(happening.event, networks) if happening.event else _court_line(happening.procedure)
        for happening in happenings
        if happening.event or happening.procedure
    ]


def line(
    event: FeedEvent,
    networks: Mapping[int, Network],
    *,
    body: str | None = None,
    read_by: int | None = None,
    since: datetime | None = None,
) -> ThreadLine:
    """Return the line of an event of the feed; ``body``: the Markdown of the text that it is about, and the network that reads it; new
    if it came after ``since``.
    """
    network = networks.get(read_by or event.network_id or 0)
    actor = event.actor
    return ThreadLine(
        anchor=f"evenement-{event.id}",
        when=datetime_fr(event.occurred_at),
        iso=event.occurred_at.isoformat(),
        title=sentence_of(event),
        kind="human" if actor else "model" if event.nature else "data",
        author=f"{actor.full_name}, {actor.administration.label}" if actor else None,
        audience=audience_label(network, event.departments) if network else None,
        url=path_of(event),
        excerpt=shorten(markdown(body).striptags(), EXCERPT, placeholder="…") if body else "",
        comment_id=event.subject_id if body and event.subject_kind == COMMENT_SUBJECT else None,
        initials=initials_of(actor) if actor else "",
        is_new=since is not None and event.occurred_at > since,
    )


def initials_of(agent: Agent) -> str:
    """Return « AF » for Alice Fictif."""
    return f"{agent.first_name[:1]}{agent.last_name[:1]}".upper()


def earlier_day(event: FeedEvent) -> str:
    """Return « du 12 novembre 2026 » when the event is about a day other than its own, otherwise an empty text."""
    day = date.fromisoformat(event.details["occurred_on"])
    written_on = day_of(event.occurred_at)
    return "" if day == written_on else f" du {date_fr(day)}"


def _alert(details: Mapping[str, Any]) -> str:
    level, novelty = Level(details["level"]), Novelty(details["novelty"])
    return level.label if novelty == Novelty.NONE else f"{level.label}, {novelty.label.lower()}"


def _court_line(event: ProcedureEvent | None) -> ThreadLine:
    if event is None:
        raise ValueError("neither an event of the feed nor of the court")
    return ThreadLine(
        anchor=f"procedure-{event.id}",
        when=date_fr(event.effective_on),
        iso=event.effective_on.isoformat(),
        title=procedure_sentence(event),
        kind="data",
        author="Procédures collectives, Bodacc et Urssaf",
    )


def register() -> None:
    """Register the wording of the events of this domain and of those below it."""
    wordings.fill(Wording(EventKind.COMMENT_WRITTEN, _comment))
    opened = "Commentaire ouvert à tous les partenaires"
    wordings.fill(Wording(EventKind.COMMENT_WIDENED, lambda _event: opened))
    wordings.fill(Wording(EventKind.ATTACHMENT_ADDED, lambda _event: "Fichier joint à un texte"))
    wordings.fill(Wording(EventKind.ALERTED, lambda event: _alert(event.details)))
    wordings.fill(Wording(EventKind.SIGNAL_WRITTEN, _signal))
    wordings.fill(Wording(EventKind.ALERT_ANSWERED, _answer))
    returned = "L’alerte reparaît : le jour de sa surveillance est venu"
    wordings.fill(Wording(EventKind.ALERT_RETURNED, lambda _event: returned))
    wordings.fill(
        Wording(EventKind.UNLOCK_OPENED, lambda _event: "Données confidentielles déverrouillées")
    )
    subject_pages.fill(SubjectPage(COMMENT_SUBJECT, _comment_path))


def _comment(event: FeedEvent) -> str:
    return "Réponse à un commentaire" if "answers" in event.details else "Commentaire écrit"


def _signal(event: FeedEvent) -> str:
    return f"Entreprise signalée : {SignalSource(event.details['source']).label.lower()}"


def _answer(event: FeedEvent) -> str:
    said, until = event.details["answer"], event.details.get("returns_on")
    if said == WITHDRAWN:
        return "Réponse à l’alerte retirée"
    label = AnswerKind(said).label
    day = f" jusqu’au {date_fr(date.fromisoformat(until))}" if until else ""
    return f"Réponse à l’alerte : {label[0].lower()}{label[1:]}{day}"


def _comment_path(event: FeedEvent) -> str:
    return comment_path(event.siren, event.subject_id)
