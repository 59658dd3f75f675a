"""Write a synthèse: what others wrote meanwhile is put together with what is sent, and looked at before anything is kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session

from app.cases.endings import CLOSED
from app.cases.models import Case
from app.cases.summaries import queries
from app.cases.summaries.models import HEADINGS, CaseSummary, SummaryVersion
from app.core import journal
from app.core.access.identity import Identity
from app.core.database.locks import hold
from app.core.errors import DomainError
from app.core.now import today, utcnow
from app.core.text.bounds import bounded, normalised
from app.core.text.merging import Clash, merge
from app.core.work import events
from app.core.work.events import DomainEvent, EventKind
from app.network.comments.services import require_audience

#: what an event is about, when it is a synthèse
SUBJECT = "case_summary"
#: an author who writes again sooner has already told the others
SAME_SITTING = timedelta(hours=1)
EMPTY = "Écrivez quelque chose sous l’un des trois titres avant d’enregistrer."
NO_NETWORK = "Vous n’appartenez à aucun réseau : personne ne lirait ce texte. Ouvrez l’accompagnement sans lui."

#: the text under each heading
Texts = Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Rewritten:
    """What was sent and what others wrote since, put together; nothing of it is kept yet.

    ``version``: the one that is now stored, and that the next form begins with; ``since``: the text that the sender began with.
    """

    version: int
    since: Texts
    stored: Texts
    merged: Texts
    #: by heading
    clashes: Mapping[str, Sequence[Clash]]


def write(
    session: Session, identity: Identity, case: Case, *, network_id: int, texts: Mapping[str, str | None], version: int
) -> CaseSummary | Rewritten:  # fmt: skip
    """Keep the texts sent by whoever began with ``version``, 0 when there was none; or return them put together with what is newer."""
    audience = require_audience(identity, network_id)
    # One writer at a time on an accompagnement: of two first texts too, the second sees the first.
    hold(session, case)
    if not case.is_open:
        raise DomainError(CLOSED)
    sent = {name: bounded(texts.get(name), field=name) for name in HEADINGS}
    summary = queries.find_summary(session, case.id, audience)
    stored = texts_of(summary)
    if summary is not None and summary.version != version:
        rewritten = _put_together(session, summary, version, sent)
        if rewritten.merged != stored:
            return rewritten
        return summary
    if summary is not None and sent == stored:
        return summary
    if summary is None and not any(sent.values()):
        raise DomainError(EMPTY, field="context")
    return _keep(session, identity, case, summary, audience, sent)


def begin(session: Session, identity: Identity, case: Case, text: str | None) -> None:
    """Write the first words on an accompagnement that was just opened, for as many readers as its author may write to."""
    context = bounded(text, field="context")
    if not context:
        return
    network = queries.find_widest(session, identity)
    if network is None:
        raise DomainError(NO_NETWORK, field="context")
    first = {name: context if name == "context" else "" for name in HEADINGS}
    _keep(session, identity, case, None, network.id, first)


def texts_of(known: CaseSummary | SummaryVersion | None) -> dict[str, str]:
    """Return the text under each heading, empty where nothing was written."""
    return {name: getattr(known, name) if known else "" for name in HEADINGS}


def _put_together(session: Session, summary: CaseSummary, version: int, sent: Texts) -> Rewritten:
    since = texts_of(queries.find_version(session, summary.id, version))
    stored = texts_of(summary)
    found = {name: merge(since[name], mine=sent[name], theirs=stored[name]) for name in HEADINGS}
    return Rewritten(
        version=summary.version,
        since=since,
        stored=stored,
        merged={name: normalised(each.text) for name, each in found.items()},
        clashes={name: each.clashes for name, each in found.items() if each.clashes},
    )


def _keep(
    session: Session, identity: Identity, case: Case, summary: CaseSummary | None, network_id: int, texts: Texts
) -> CaseSummary:  # fmt: skip
    before, moment = texts_of(summary), utcnow()
    tells = _tells(identity, summary)
    if summary is None:
        summary = CaseSummary(case_id=case.id, network_id=network_id, version=0)
        session.add(summary)
    for name, text in texts.items():
        setattr(summary, name, text)
    summary.version += 1
    summary.edited_by, summary.edited_at = identity.agent_id, moment
    session.flush()
    kept = {"version": summary.version, "edited_by": identity.agent_id, "edited_at": moment}
    session.add(SummaryVersion(summary_id=summary.id, **texts, **kept))
    case.updated_at = moment
    session.flush()
    headings = [HEADINGS[name] for name in HEADINGS if texts[name] != before[name]]
    journal.record(
        session, identity, journal.Event.SUMMARY_WRITTEN, siren=case.siren,
        case_id=case.id, network_id=network_id, version=summary.version, headings=headings,
    )  # fmt: skip
    if tells:
        _tell(session, identity, case, summary)
    return summary


def _tells(identity: Identity, summary: CaseSummary | None) -> bool:
    """Whether the audience is told: not again of the same author who goes on writing."""
    if summary is None or summary.edited_by != identity.agent_id:
        return True
    return summary.edited_at < utcnow() - SAME_SITTING


def _tell(session: Session, identity: Identity, case: Case, summary: CaseSummary) -> None:
    event = DomainEvent(
        kind=EventKind.SUMMARY_WRITTEN,
        siren=case.siren,
        departments=[case.department],
        subject_kind=SUBJECT,
        subject_id=summary.id,
        occurred_on=today(),
        network_id=summary.network_id,
        details={"case_id": case.id},
    )
    events.emit(session, identity, event)
