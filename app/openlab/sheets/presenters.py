"""A sheet as it is read: its figures beside those of the week before, its tables in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.core.text.french import number_fr, percent_fr
from app.detections.answers.models import REASONS, AnswerReason
from app.openlab.metrics import METRICS
from app.openlab.sheets.models import OpenlabSheet
from app.openlab.sheets.queries import UNLISTED
from app.openlab.sheets.themes import TextTheme
from scoring.vocabulary import Level

#: what was logged of a firm, by the level that it had
LEVELS = {
    Level.ELEVEE.value: Level.ELEVEE.label,
    Level.MODEREE.value: Level.MODEREE.label,
    Level.NONE.value: "Dans la liste, sans alerte",
    UNLISTED: "Hors de la liste",
}
#: verdicts from which a share says something
FEWEST = 20


@dataclass(frozen=True, kw_only=True)
class SheetFigure:
    """A figure of a sheet; ``detail``: what it was the week before, if that was counted."""

    code: str
    value: str
    detail: str


def figures(sheet: OpenlabSheet, former: OpenlabSheet | None) -> list[SheetFigure]:
    """Return the figures of a sheet, in the order of their definitions."""
    return [
        SheetFigure(
            code=metric.code,
            value=number_fr(sheet.content[metric.code]),
            detail=f"semaine d’avant : {number_fr(former.content[metric.code])}" if former else "",
        )
        for metric in METRICS
    ]


def visits(sheet: OpenlabSheet) -> list[Sequence[str]]:
    """Return, for each level, the contacts, answers, difficulties confirmed or not, and the share confirmed of the verdicts."""
    by_level = {row["level"]: row for row in sheet.content["visits"]}
    return [
        [label, *(number_fr(by_level[level][name]) for name in ("contacts", "answered", "confirmed", "denied")), _share(by_level[level])]
        for level, label in LEVELS.items()
        if level in by_level
    ]  # fmt: skip


def answers(sheet: OpenlabSheet) -> list[dict[str, Any]]:
    """Return each answer that alerts may be given: its label, how many, and its reasons with how many gave each."""
    counts = {(row["kind"], row["reason"]): row["count"] for row in sheet.content["answers"]}
    return [
        {
            "kind": kind,
            "count": number_fr(counts.get((kind.value, ""), 0)),
            "reasons": [
                (AnswerReason(reason).label, number_fr(counts[kind.value, reason]))
                for reason in reasons
                if (kind.value, reason) in counts
            ],
        }
        for kind, reasons in REASONS.items()
    ]


def themes(sheet: OpenlabSheet) -> list[tuple[TextTheme, str]]:
    """Return the themes that comments speak of and how many do, the most frequent first."""
    counts = sheet.content["themes"]
    spoken = [(theme, counts[theme.value]) for theme in TextTheme if counts.get(theme.value)]
    return [(theme, number_fr(count)) for theme, count in sorted(spoken, key=lambda each: -each[1])]


def _share(row: dict[str, int]) -> str:
    told = row["confirmed"] + row["denied"]
    return percent_fr(row["confirmed"] / told) if told >= FEWEST else "–"
