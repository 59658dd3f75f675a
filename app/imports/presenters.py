"""What the data page shows of batches, checks and decisions, and the one thing to do next."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from flask import url_for

from app.companies.models import SourceFreshness
from app.core.text.french import number_fr, percent_fr
from app.imports.models import Batch, BatchCheck, BatchFile, BatchState, Decision, SourceCoverage
from scoring.vocabulary import CheckLevel

BADGES = {
    BatchState.LOADING: "info",
    BatchState.WAITING: "warning",
    BatchState.PUBLISHED: "success",
    BatchState.FAILED: "error",
    BatchState.ABANDONED: None,
    BatchState.WITHDRAWN: None,
}
LEVEL_BADGES = {
    CheckLevel.GREEN: "success",
    CheckLevel.ORANGE: "warning",
    CheckLevel.RED: "error",
}
STEPS = {
    "read": "Lecture de {file}",
    "check": "Comparaison avec le lot précédent",
    "publish": "Préparation des tables du portail",
}


@dataclass(frozen=True, kw_only=True)
class DecisionAction:
    """A decision as its page presents it."""

    kind: Decision
    title: str
    lead: str
    submit: str
    confirmation: str


#: by their word in the URL
ACTS = {
    "publier": DecisionAction(
        kind=Decision.PUBLISH, title="Publier le lot", submit="Publier le lot",
        lead="Ses données remplaceront celles que lisent les agents et les calculs.",
        confirmation="La publication est demandée : elle s’applique dans quelques instants.",
    ),
    "abandonner": DecisionAction(
        kind=Decision.ABANDON, title="Abandonner le lot", submit="Abandonner le lot",
        lead="Les données publiées restent en place ; les fichiers reçus restent dans l’archive.",
        confirmation="L’abandon est demandé : il s’applique dans quelques instants.",
    ),
    "rejouer": DecisionAction(
        kind=Decision.REPLAY, title="Rejouer le lot", submit="Relire les originaux",
        lead="Les fichiers reçus sont relus depuis l’archive, dans un nouveau lot soumis aux mêmes contrôles.",
        confirmation="La relecture est demandée : un nouveau lot apparaît dès qu’elle commence.",
    ),
    "retirer": DecisionAction(
        kind=Decision.ROLLBACK, title="Retirer le lot", submit="Revenir au lot précédent",
        lead="Le portail et les calculs reviennent aux données publiées juste avant ce lot.",
        confirmation="Le retour en arrière est demandé : il s’applique dans quelques instants.",
    ),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class NextAction:
    """The one thing to do, if any: a sentence, and where to do it."""

    title: str
    text: str
    kind: str = "info"
    url: str | None = None
    label: str | None = None


@dataclass(frozen=True, kw_only=True)
class CoverageChart:
    """Lines of a source by month; unknown after its freshness."""

    source: str
    label: str
    until: date | None
    months: list[date]
    rows: list[int | None]


def next_action(
    *, waiting: Sequence[Batch], last: Batch | None, ready: Sequence[str], has_data: bool
) -> NextAction:
    """Return what a data handler should do now: decide, fix, import, or nothing."""
    if waiting:
        return _to_decide(waiting)
    if last is not None and last.state is BatchState.FAILED:
        return NextAction(
            title="Le dernier lot est refusé",
            text="Les données précédentes restent en place. Voyez pourquoi, puis remplacez le fichier en cause.",
            kind="error", url=url_for("imports.batch", batch_id=last.id), label="Voir le lot refusé",
        )  # fmt: skip
    if ready:
        count = "Un fichier attend" if len(ready) == 1 else f"{len(ready)} fichiers attendent"
        return NextAction(
            title=f"{count} dans le dossier de dépôt",
            text="L’import commence de lui-même quand plus rien ne bouge, en deux minutes au plus.",
            url="#depot", label="Voir le dossier",
        )  # fmt: skip
    if not has_data:
        return NextAction(
            title="Aucune donnée publiée",
            text="Déposez les fichiers des partenaires dans le dossier de dépôt, ou envoyez-les.",
        )
    return NextAction(
        title="Rien à faire", text="Aucun lot n’attend de décision, aucun fichier n’est en attente.",
        kind="success",
    )  # fmt: skip


def _to_decide(waiting: Sequence[Batch]) -> NextAction:
    (first, *others) = waiting
    is_red = first.level is CheckLevel.RED
    more = f" {len(others)} autre(s) lot(s) attendent aussi." if others else ""
    return NextAction(
        title="Un lot attend votre décision",
        text="Au moins un contrôle est anormal : les données précédentes restent en place jusque-là."
        + more
        if is_red
        else "Les fichiers envoyés sont lus : vérifiez-les, puis publiez." + more,
        kind="warning",
        url=url_for("imports.batch", batch_id=first.id),
        label="Vérifier le lot",
    )


def coverages(sources: Iterable[tuple[SourceFreshness, SourceCoverage]]) -> list[CoverageChart]:
    """Return the charts of the sources; a source is silent after its freshness, and 0 before it is a gap."""
    shown = []
    for freshness, coverage in sources:
        months = [_month_after(coverage.first_month, count) for count in range(len(coverage.rows))]
        until = freshness.month
        rows = [
            count if until is not None and month <= until else None
            for month, count in zip(months, coverage.rows, strict=True)
        ]
        if not any(rows):
            continue  # no line is dated in these months: an empty chart would look like a gap
        shown.append(
            CoverageChart(
                source=coverage.source, label=freshness.label, until=until, months=months, rows=rows
            )
        )
    return shown


def is_moving(batches: Iterable[Batch]) -> bool:
    """Return whether a batch on the page is being read or decided: the page then keeps refreshing."""
    return any(
        batch.state is BatchState.LOADING or batch.open_decision is not None for batch in batches
    )


def progress_text(batch: Batch) -> str:
    """Return what is being done with a batch."""
    step = STEPS.get(str(batch.progress.get("step")), "Archivage des originaux")
    return step.format(file=batch.progress.get("file"))


def batch_badge(batch: Batch) -> str | None:
    """Return the kind of badge for a batch's state."""
    return BADGES[batch.state]


def level_badge_kind(level: CheckLevel) -> str:
    """Return the kind of badge for a level."""
    return LEVEL_BADGES[level]


def batch_total(batch: Batch, count: str) -> int:
    """Return the sum over the new files of a batch of one of their counts: ``rows``, ``valid``, ``rejected``…"""
    return sum(getattr(file, count) for file in batch.files if file.is_new)


def file_remarks(file: BatchFile) -> list[tuple[str, int]]:
    """Return what was remarked on a file, the most frequent remark first."""
    return Counter(file.warnings).most_common()


def file_left_out(file: BatchFile) -> list[tuple[str, int]]:
    """Return why lines of a file are shown nowhere, the most frequent reason first."""
    return Counter(file.left_out).most_common()


def file_reasons(file: BatchFile) -> list[tuple[str, int]]:
    """Return why lines of a file were refused, the most frequent reason first."""
    return Counter(file.reasons).most_common()


def check_measure(check: BatchCheck) -> str:
    """Return what a check measured, in its unit."""
    return _in_unit(check.measure, check.unit)


def check_bounds(check: BatchCheck) -> str:
    """Return the bounds beyond which a check warns."""
    orange, red = _in_unit(check.orange, check.unit), _in_unit(check.red, check.unit)
    return red if check.orange == check.red else f"{orange}, puis {red}"


def check_change(check: BatchCheck) -> str | None:
    """Return the values before and now, when both are known: shares for missing values, otherwise counts."""
    if check.before is None or check.now is None:
        return check.detail
    write = percent_fr if check.name == "missing" else number_fr
    change = f"{write(check.before)} → {write(check.now)}"
    return f"{check.detail} : {change}" if check.detail else change


def _in_unit(value: float, unit: str) -> str:
    if unit == "months":
        return f"{number_fr(value)} mois"
    is_whole = value >= 0.1 or (value * 100).is_integer()
    return percent_fr(value, 0 if is_whole else 1)


def _month_after(month: date, count: int) -> date:
    number = month.year * 12 + month.month - 1 + count
    return date(number // 12, number % 12 + 1, 1)
