"""The figures as they are read: a rate only where enough needs make one, what is too recent told apart."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from app.core.metrics import Metric
from app.core.text.french import counted_fr, number_fr, percent_fr
from app.referrals.coverage.measuring import Coverage
from app.referrals.needs.models import DeclineReason, ReferralState
from app.referrals.quality.figures.counting import (
    DELAYS,
    CountedNeed,
    Deadlines,
    Tally,
    tallied,
)
from app.referrals.quality.figures.metrics import METRICS
from app.referrals.quality.figures.queries import AntenneAnswers

#: the figures of the page, in its order
SHOWN = ("needs", "firms", "three", "five", "exchanged", "refused", "rerouted", "expired", "unanswered", "nobody", "satisfied")  # fmt: skip
#: the columns of a subject
OF_SUBJECT = ("needs", "three", "five", "exchanged", "refused", "unanswered")
DAYS_OF = {code: days for days, (_, code) in DELAYS.items()}


@dataclass(frozen=True, kw_only=True)
class QualityFigure:
    """A figure as it is read."""

    metric: Metric
    value: str
    detail: str


@dataclass(frozen=True, kw_only=True)
class AntenneRow:
    """What an antenne made of what was put to it; ``reasons``: why it refused, in words."""

    label: str
    institution: str
    counts: Sequence[str]
    reasons: str


@dataclass(frozen=True, kw_only=True)
class QualityPage:
    """The figures, then the same by subject, and what each antenne answered."""

    figures: Sequence[QualityFigure]
    subjects: Sequence[tuple[str, Sequence[QualityFigure]]]
    antennes: Sequence[AntenneRow]
    tally: Tally


def page_of(
    needs: Collection[CountedNeed], answers: Sequence[AntenneAnswers], helped: Mapping[int, bool], *,
    today: date, subjects: Mapping[int, str],
) -> QualityPage:  # fmt: skip
    """Return what the page shows of needs."""
    deadlines = Deadlines()
    whole = tallied(needs, today=today, helped=helped, deadlines=deadlines)
    by_subject: dict[int, list[CountedNeed]] = {}
    for each in needs:
        by_subject.setdefault(each.subject_id, []).append(each)
    rows = []
    for number, label in subjects.items():
        if number in by_subject:
            part = tallied(by_subject[number], today=today, helped=helped, deadlines=deadlines)
            rows.append((label, [_figure(code, part) for code in OF_SUBJECT]))
    return QualityPage(
        figures=[_figure(code, whole) for code in SHOWN], subjects=rows, antennes=_antennes(answers),
        tally=whole,
    )  # fmt: skip


def coverage_figure(found: Coverage) -> QualityFigure:
    """Return how much is covered, as it is read."""
    return QualityFigure(
        metric=METRICS["covered"],
        value=percent_fr(found.share, 1),
        detail=f"{counted_fr(len(found.holes), 'sujet')} sans personne quelque part" if found.holes else "aucun sujet sans personne",
    )  # fmt: skip


def _figure(code: str, tally: Tally) -> QualityFigure:
    """A share among few needs is the luck of some: only its number is told."""
    metric, value = METRICS[code], number_fr(tally.figures[code])
    parts = []
    if metric.of:
        among, share = tally.figures[metric.of.removeprefix("quality_")], tally.share(code)
        if share is None:
            parts.append(f"sur {number_fr(among)} : trop peu pour un taux")
        else:
            parts.append(f"{percent_fr(share)} de {number_fr(among)}")
    if code in DAYS_OF and tally.too_recent[DAYS_OF[code]]:
        parts.append(f"{number_fr(tally.too_recent[DAYS_OF[code]])} trop récents, non comptés")
    return QualityFigure(metric=metric, value=value, detail=" ; ".join(parts))


def _antennes(answers: Sequence[AntenneAnswers]) -> list[AntenneRow]:
    of_antenne: dict[int, list[AntenneAnswers]] = {}
    for each in answers:
        of_antenne.setdefault(each.antenne_id, []).append(each)
    return [
        AntenneRow(
            label=several[0].antenne,
            institution=several[0].institution,
            counts=[number_fr(count) for count in _counts(several)],
            reasons=_reasons(several),
        )
        for several in of_antenne.values()
    ]


def _counts(several: Sequence[AntenneAnswers]) -> list[int]:
    """What was put to an antenne, what it took in charge, refused, let expire, what waits."""
    by_state: dict[ReferralState, int] = {}
    for each in several:
        by_state[each.state] = by_state.get(each.state, 0) + each.count
    taken = (ReferralState.TAKEN, ReferralState.HELPED, ReferralState.NO_HELP, ReferralState.UNREACHABLE)  # fmt: skip
    return [
        sum(by_state.values()),
        sum(by_state.get(state, 0) for state in taken),
        by_state.get(ReferralState.NOT_MINE, 0),
        by_state.get(ReferralState.EXPIRED, 0),
        by_state.get(ReferralState.TO_TREAT, 0),
    ]


def _reasons(several: Sequence[AntenneAnswers]) -> str:
    counted: dict[str, int] = {}
    for each in several:
        if each.reason:
            counted[each.reason] = counted.get(each.reason, 0) + each.count
    ordered = sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))
    return " ; ".join(f"{DeclineReason(code).label} ({count})" for code, count in ordered)
