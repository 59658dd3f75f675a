"""The report on one file: how many lines, how many rejected, why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class FileReport:
    """Counts of the lines of one file; `valid + rejected + outside + duplicates == rows` always.

    `duplicates` are lines whose every row another line already gives: they count once, there. `outside` are lines
    that the lake may hold but that nobody is shown, `left_out` counts them by reason, in French. `reasons`
    counts the rejects by reason, in French; `warnings` counts remarks on the file and its lines; `error` is
    the message, in French, of a file refused entirely (all counts are then 0). A file `is_returned` when it holds
    lines that were given back.
    """

    source: str
    file: str
    sha256: str
    rows: int = 0
    valid: int = 0
    rejected: int = 0
    outside: int = 0
    duplicates: int = 0
    reasons: dict[str, int] = field(default_factory=dict)
    left_out: dict[str, int] = field(default_factory=dict)
    warnings: dict[str, int] = field(default_factory=dict)
    error: str | None = None
    is_returned: bool = False

    @property
    def details(self) -> str:
        """The reasons and the warnings in French, each on its own line, with their counts."""
        told = [*self.reasons.items(), *self.left_out.items(), *self.warnings.items()]
        return "".join(f"\n    {count} × {sentence}" for sentence, count in told)

    def as_dict(self) -> dict[str, Any]:
        """Return the report as plain values, ready for JSON."""
        return asdict(self)


def told_once(reports: Iterable[FileReport], source: str) -> list[FileReport]:
    """Return the reports on the files of a source, one a content: a copy weighs nothing in a share of the lines."""
    by_content: dict[str, FileReport] = {}
    for report in reports:
        if report.source == source:
            by_content.setdefault(report.sha256, report)
    return list(by_content.values())
