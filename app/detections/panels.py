"""Context of each detection panel, shown by `templates/detections/_panel_*.html`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from app.companies import policies as company_policies
from app.companies.models import Company
from app.core.access.identity import Identity, Nature
from app.core.now import utcnow
from app.detections.answers import presenters as answers
from app.detections.answers.queries import list_answers
from app.detections.exploration.queries import list_overrides
from app.detections.lists import queries
from app.detections.lists.filters import Filters, Order
from app.detections.lists.rows.branches import SIGNAL_LIFE
from app.detections.lists.rows.cells import rule_lines
from app.detections.lists.rows.listing import Listing, count_each
from app.detections.lists.why.causes import EXPLAINED
from app.detections.lists.why.unlisted import why_not_listed
from app.detections.lists.why.waterfall import changes, waterfalls
from app.detections.models import (
    DetectionEntry,
    DetectionList,
    DetectionReason,
    HumanSignal,
)
from app.detections.withdrawals.queries import find_withdrawn
from scoring.vocabulary import Novelty, Theme

#: new alerts named on the home page, and what makes an alert new
ALERTS_SHOWN = 5
NEW = tuple(novelty for novelty in Novelty if novelty != Novelty.NONE)
#: the mark of firms that nobody contacted, which the domain of visits registers, and of those that nobody answered
UNTOUCHED, UNANSWERED = "untouched", "unanswered"
#: sentences shown on each side at once, and in all
FIRST_SENTENCES, SENTENCES = 3, 12
#: how a contribution reads up to each size (log-odds); the last wording beyond
EFFECTS = ((0.1, ""), (0.5, "un peu"), (1.5, "nettement"))
STRONGEST = "fortement"


@dataclass(frozen=True, kw_only=True)
class ThemeLine:
    """A theme of the explanation. ``is_hidden``: the reader lacks its nature."""

    code: str
    label: str
    contribution: float | None
    is_hidden: bool = False

    @property
    def effect(self) -> str:
        """The contribution in words, « augmente nettement le risque »: agents have no use for log-odds."""
        size = abs(self.contribution or 0.0)
        strength = next((words for limit, words in EFFECTS if size < limit), STRONGEST)
        if not strength:
            return "ne change presque rien"
        return f"{'augmente' if (self.contribution or 0) > 0 else 'diminue'} {strength} le risque"


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Where a firm stands: the current list, its entries (latest first), what agents flagged, and why it is listed.

    ``cause``: the fact that raises the risk most, among those that the reader may read.
    """

    current_list: DetectionList | None
    entries: Sequence[DetectionEntry]
    signals: Sequence[HumanSignal]
    #: out of reach, a page would say « no alert » of a firm that may be in alert
    reads_score: bool
    #: without every nature that a theme needs, the cause may be one that the reader may not read
    reads_every_theme: bool
    cause: str | None

    @property
    def entry(self) -> DetectionEntry | None:
        """Its entry in the current list."""
        current = self.current_list
        return next((past for past in self.entries if current and past.list_id == current.id), None)

    @property
    def in_force(self) -> Sequence[HumanSignal]:
        """What agents flagged lately enough for lists to show it."""
        since = utcnow() - SIGNAL_LIFE
        return [signal for signal in self.signals if signal.created_at > since]

    @property
    def former(self) -> DetectionEntry | None:
        """Its entry in the last earlier list that names it, when it is in the current one."""
        entry = self.entry
        if entry is None:
            return None
        return next((past for past in self.entries if past.list.as_of < entry.list.as_of), None)


def standing(session: Session, identity: Identity, company: Company) -> Standing:
    """Return where a firm stands, for the top of each of its pages."""
    current = queries.find_current_list(session)
    entries = queries.list_history(session, identity, company.siren)
    of_list = [entry for entry in entries if current and entry.list_id == current.id]
    return Standing(
        current_list=current,
        entries=entries,
        signals=queries.list_signals(session, identity, company.siren),
        reads_score=company_policies.hears_of_alerts(identity, company),
        reads_every_theme=all(
            not theme.nature or theme.nature in company.readable for theme in Theme
        ),
        cause=queries.find_cause(session, identity, of_list[0]) if of_list else None,
    )


def of_firm(
    session: Session, identity: Identity, company: Company, stands: Standing
) -> dict[str, dict[str, Any]]:
    """Return the context of each panel that explains an alert, by template."""
    return {
        "alert": _alert(session, identity, company, stands),
        "why": _why(session, identity, company, stands.entry, former=stands.former),
        "answers": _answers(session, identity, company, stands.entry),
        "history": {"company": company, "entries": stands.entries},
    }


def _alert(
    session: Session, identity: Identity, company: Company, stands: Standing
) -> dict[str, Any]:
    """For `_panel_alert.html`: the alert in force, and what agents flagged."""
    entry = stands.entry
    ruled = entry if entry and entry.rules_count else None
    effects = queries.effects_of(session, identity, [ruled.id]) if ruled else {}
    return {
        "company": company,
        "current_list": stands.current_list,
        "entry": entry,
        "rules": rule_lines(ruled.rules_count, effects.get(ruled.id, ())) if ruled else [],
        "fresh_until": _fresh_until(entry.list.parameters) if entry else None,
        "reads_score": stands.reads_score,
        "why_not": _why_not(company, stands),
        "signals": stands.signals,
        "withdrawn": find_withdrawn(session) if stands.reads_score and not entry else None,
        "can_flag": identity.covers(company.departments),
        "overrides": list_overrides(session, identity, entry) if entry and entry.is_drawn else [],
        "reader_id": identity.agent_id,
    }


def _why_not(company: Company, stands: Standing) -> str | None:
    """Why the firm is not on the current list; `None` when it is, or when the reader may not know."""
    if stands.entry or not stands.reads_score or stands.current_list is None:
        return None
    return why_not_listed(company, stands.current_list)


def _why(
    session: Session, identity: Identity, company: Company, entry: DetectionEntry | None,
    *, former: DetectionEntry | None,
) -> dict[str, Any]:  # fmt: skip
    """For `_panel_why.html`: the themes and their sum, then what raises, lowers, is missing or has changed."""
    reasons = queries.list_reasons(session, identity, entry) if entry else []
    sentences = [reason for reason in reasons if reason.variable is not None]
    themes = _themes(company, [reason for reason in reasons if reason.variable is None])
    past = queries.list_reasons(session, identity, former) if former else []
    # Where and what a firm is explains less to whoever acts than what happened to it.
    of_context = sorted(sentences, key=lambda reason: reason.theme == Theme.CONTEXT.value)
    explained = [reason for reason in of_context if reason.contribution is not None]
    return {
        "company": company,
        "entry": entry,
        "themes": themes,
        # With a theme hidden, the total would give it away.
        "waterfalls": [] if any(theme.is_hidden for theme in themes) else waterfalls(reasons),
        "first_shown": FIRST_SENTENCES,
        "former": former,
        "changes": changes(sentences, past),
        "raised": [reason for reason in explained if (reason.contribution or 0) > 0][:SENTENCES],
        "lowered": [reason for reason in explained if (reason.contribution or 0) < 0][:SENTENCES],
        # Without a sentence, nothing is lacking: it makes no sense for this firm.
        "missing": [r for r in sentences if r.contribution is None and r.sentence],
    }


def sentences(session: Session, identity: Identity, entry: DetectionEntry) -> list[str]:
    """Return every fact of an entry that the reader reads, the heaviest first, then what is missing."""
    reasons = queries.list_reasons(session, identity, entry)
    facts = [reason for reason in reasons if reason.variable is not None and reason.sentence]
    ordered = sorted(facts, key=lambda fact: -abs(fact.contribution or 0.0))
    return [fact.sentence for fact in ordered]


def _answers(
    session: Session, identity: Identity, company: Company, entry: DetectionEntry | None
) -> dict[str, Any]:
    """For `_panel_answers.html`: what was answered to the alerts of the firm, and the ways to answer the one in force."""
    found = list_answers(session, identity, company.siren) if entry else []
    lines = answers.lines(identity, found)
    return {
        "entry": entry,
        "answers": lines,
        "offered": answers.offered(),
        "in_force": [line for line in lines if not (line["is_over"] or line["is_private"])],
        "may_withdraw": any(
            entry is not None and answer.entry_id == entry.id and answer.ended_at is None
            for answer in found
            if answer.agent_id == identity.agent_id
        ),
    }


def new_alerts(
    session: Session,
    identity: Identity,
    *,
    marks: tuple[str, ...] = (UNTOUCHED,),
    ahead: Sequence[str] = (),
) -> dict[str, Any]:
    """For the home page: how many new alerts there are, and the first ones that bear the ``marks``, after the firms that come ``ahead``."""
    current = queries.find_current_list(session)
    listing, waiting = (
        Listing(identity, current, until=utcnow(), filters=Filters(novelties=NEW, marks=kept))
        for kept in ((), marks)
    )
    rows = waiting.first_rows(session, order=Order(), limit=ALERTS_SHOWN, ahead=ahead)
    new_count, untouched_count = count_each(session, listing, waiting) if current else (0, 0)
    return {
        "reads_score": Nature.SCORE in identity.natures,
        "current_list": current,
        "new_count": new_count,
        "untouched_count": untouched_count,
        "rows": rows,
    }


def _themes(company: Company, reasons: list[DetectionReason]) -> list[ThemeLine]:
    read = {reason.theme: reason for reason in reasons if reason.horizon == EXPLAINED}
    lines = []
    for theme in Theme:
        if theme.value in read:
            reason = read[theme.value]
            lines.append(
                ThemeLine(code=theme.value, label=theme.label, contribution=reason.contribution)
            )
        elif theme.nature and theme.nature not in company.readable:
            lines.append(
                ThemeLine(code=theme.value, label=theme.label, contribution=None, is_hidden=True)
            )
    return lines


def _fresh_until(parameters: dict[str, Any]) -> date | None:
    """Return the last month of the least fresh monthly source that the score uses."""
    months = parameters.get("freshness", {})
    read = [months[source] for source in ("cotisation", "debit") if source in months]
    return date.fromisoformat(min(read)) if read else None
