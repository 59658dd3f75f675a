"""How a synthèse reads: on the page of its accompagnement, in its history, and where two agents wrote at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row
from sqlalchemy.orm import Session

from app.cases.models import Case
from app.cases.summaries import queries
from app.cases.summaries.models import HEADINGS, CaseSummary, SummaryVersion
from app.cases.summaries.services import SUBJECT, Rewritten, Texts, texts_of
from app.core.access.identity import Identity
from app.core.front.addresses import path_to
from app.core.text.french import datetime_fr
from app.core.text.merging import Clash, Fate, differences
from app.core.work.events import EventKind
from app.network.models import FeedEvent
from app.network.presenters import SubjectPage, Wording, audience_label, subject_pages, wordings

#: whoever wrote before synthèses were kept apart
UNKNOWN = "un membre de l’accompagnement"


@dataclass(frozen=True, kw_only=True)
class HeadingChange:
    """What changed under a heading: the parts of its text, each kept, removed or added."""

    label: str
    parts: Sequence[tuple[Fate, str]]
    clashes: Sequence[Clash] = ()


@dataclass(frozen=True, kw_only=True)
class PastVersion:
    """A text that a synthèse had: who wrote it, when, and what they changed."""

    number: int
    said: str
    iso: str
    changes: Sequence[HeadingChange]


def register() -> None:
    """Register the wording of the events of this room."""
    wordings.fill(Wording(EventKind.SUMMARY_WRITTEN, lambda _event: "Synthèse mise à jour"))
    subject_pages.fill(SubjectPage(SUBJECT, _path))


def of_case(session: Session, identity: Identity, case: Case) -> dict[str, Any]:
    """For `_panel_summaries.html`, on the page of an accompagnement."""
    rows = queries.list_of_case(session, identity, case.id)
    return {
        "summaries": [
            {
                "network": network,
                "audience": audience_label(network, [case.department]),
                "summary": summary,
                "headings": headings_of(summary),
                "said": last_words(summary) if summary else "",
            }
            for network, summary in rows
        ],
        "summaries_shown": [summary for _, summary in rows if summary],
    }


def headings_of(summary: CaseSummary | None) -> list[tuple[str, str]]:
    """Return each heading under which something is written, and its text."""
    texts = texts_of(summary)
    return [(label, texts[name]) for name, label in HEADINGS.items() if texts[name]]


def last_words(known: CaseSummary | SummaryVersion) -> str:
    """« Alice Fictif, Direccte, 22 novembre 2026, 14 h 32 »."""
    who = known.editor
    name = f"{who.full_name}, {who.administration.label}" if who else UNKNOWN
    return f"{name}, {datetime_fr(known.edited_at)}"


def past_versions(
    rows: Iterable[Row[SummaryVersion, SummaryVersion | None]],
) -> list[PastVersion]:
    """Return the history of a synthèse, in the order of ``rows``."""
    return [
        PastVersion(
            number=row.version,
            said=last_words(row),
            iso=row.edited_at.isoformat(),
            changes=changes(texts_of(former), texts_of(row)),
        )
        for row, former in rows
    ]


def changes(before: Texts, after: Texts) -> list[HeadingChange]:
    """Return what changed from a text to another, heading by heading."""
    return [
        HeadingChange(label=label, parts=differences(before[name], after[name]))
        for name, label in HEADINGS.items()
        if before[name] != after[name]
    ]


def meanwhile(found: Rewritten) -> list[HeadingChange]:
    """Return what others changed while somebody was writing, and where both wrote in the same place."""
    return [
        HeadingChange(
            label=label,
            parts=differences(found.since[name], found.stored[name]),
            clashes=found.clashes.get(name, ()),
        )
        for name, label in HEADINGS.items()
        if found.since[name] != found.stored[name]
    ]


def _path(event: FeedEvent) -> str:
    case_id = event.details["case_id"]
    return path_to("cases.detail", case_id=case_id, _anchor=f"synthese-{event.subject_id}")
