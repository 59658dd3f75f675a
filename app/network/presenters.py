"""How an event reads in French, where it leads, and who reads a text. Domains above add their own kinds of events."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from app.companies.models import ProcedureEvent
from app.companies.presenters import procedure_sentence
from app.core.front.addresses import path_to
from app.core.now import PARIS
from app.core.text.french import date_fr, datetime_fr
from app.detections.models import Level, Novelty, SignalSource
from app.habilitations.models import Network
from app.network.models import FeedEvent
from app.network.timeline import Happening

Sentence = Callable[[FeedEvent], str]
Path = Callable[[FeedEvent], str]

_sentences: dict[str, Sentence] = {}
_paths: dict[str, Path] = {}
#: départements named in a badge; beyond, they are counted
NAMED_DEPARTMENTS = 3


class Addressed(Protocol):
    """A text with its audience: a comment, the note of a visit."""

    @property
    def network(self) -> Network:
        """The circle that reads it."""

    @property
    def departments(self) -> list[str]:
        """The départements where CODEFI's circle reads it."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """An event ready to be shown in a thread."""

    anchor: str
    when: str
    iso: str
    title: str
    #: ``human``, ``data`` or ``model``
    kind: str
    author: str | None = None
    audience: str | None = None
    url: str | None = None


def describe(kind: str, sentence: Sentence) -> None:
    """Say how events of ``kind`` read."""
    _sentences[kind] = sentence


def lead_to(subject_kind: str, path: Path) -> None:
    """Say which page shows the subject of an event."""
    _paths[subject_kind] = path


def company_path(siren: str) -> str:
    """The firm's page."""
    return path_to("portal.company", siren=siren)


def sentence_of(event: FeedEvent) -> str:
    """What happened, without a firm's name nor a text."""
    sentence = _sentences.get(event.kind)
    return "Du nouveau sur cette entreprise" if sentence is None else sentence(event)


def path_of(event: FeedEvent) -> str:
    """The page to open from ``event``: its subject's, else the firm's."""
    path = _paths.get(event.subject_kind)
    return company_path(event.siren) if path is None else path(event)


def audience_of(text: Addressed) -> str:
    """Who reads ``text``: « Urssaf », « CODEFI 21 »."""
    return audience_label(text.network, text.departments)


def audience_label(network: Network, departments: Sequence[str]) -> str:
    """The circle, and for CODEFI the départements where it reads."""
    if not network.is_codefi:
        return network.label
    if len(departments) > NAMED_DEPARTMENTS:
        return f"{network.label} de {len(departments)} départements"
    return f"{network.label} {', '.join(departments)}".strip()


def audience_choices(
    networks: Iterable[Network], departments: Sequence[str]
) -> list[tuple[str, str]]:
    """The circles an agent can write to about a firm, for a select."""
    # The agent's own circle comes first: a text goes to the wider one by choice.
    ordered = sorted(networks, key=lambda network: network.is_codefi)
    return [(str(network.id), audience_label(network, departments)) for network in ordered]


def lines(happenings: Iterable[Happening], networks: Mapping[int, Network]) -> list[Line]:
    """A firm's timeline, line by line."""
    return [
        line(happening.event, networks) if happening.event else _court_line(happening.procedure)
        for happening in happenings
        if happening.event or happening.procedure
    ]


def line(event: FeedEvent, networks: Mapping[int, Network]) -> Line:
    """An event of the feed."""
    network = networks.get(event.network_id) if event.network_id else None
    actor = event.actor
    return Line(
        anchor=f"evenement-{event.id}",
        when=datetime_fr(event.occurred_at),
        iso=event.occurred_at.isoformat(),
        title=sentence_of(event),
        kind="human" if actor else "model" if event.nature else "data",
        author=f"{actor.full_name}, {actor.administration.label}" if actor else None,
        audience=audience_label(network, event.departments) if network else None,
        url=path_of(event),
    )


def earlier_day(event: FeedEvent) -> str:
    """« du 12 novembre 2026 » when the event tells of another day than its own, else nothing."""
    day = date.fromisoformat(event.details["occurred_on"])
    written_on = event.occurred_at.astimezone(PARIS).date()
    return "" if day == written_on else f" du {date_fr(day)}"


def _alert(details: Mapping[str, Any]) -> str:
    level, novelty = Level(details["level"]), Novelty(details["novelty"])
    return level.label if novelty == Novelty.NONE else f"{level.label}, {novelty.label.lower()}"


def _court_line(event: ProcedureEvent | None) -> Line:
    if event is None:
        raise ValueError("neither an event of the feed nor of the court")
    return Line(
        anchor=f"procedure-{event.id}",
        when=date_fr(event.effective_on),
        iso=event.effective_on.isoformat(),
        title=procedure_sentence(event),
        kind="data",
        author="Procédures collectives, Urssaf",
    )


describe("network:comment:written", lambda _event: "Commentaire écrit")
describe("detections:entry:alerted", lambda event: _alert(event.details))
describe(
    "detections:signal:written",
    lambda event: f"Entreprise signalée : {SignalSource(event.details['source']).label.lower()}",
)
describe("unlocks:unlock:opened", lambda _event: "Données confidentielles déverrouillées")
lead_to(
    "comment",
    lambda event: path_to(
        "network.comments", siren=event.siren, _anchor=f"commentaire-{event.subject_id}"
    ),
)
