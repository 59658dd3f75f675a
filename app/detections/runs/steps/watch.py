"""The steps that monitor the model: what has drifted since training, and how a challenger would have scored."""

import io
from collections import Counter
from typing import Any, Final

import pandas as pd
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import journal
from app.core.errors import DomainError
from app.detections.drift import alarms, queries
from app.detections.drift.models import DriftReport, ShadowRun
from app.detections.models import DetectionList, DetectionRun, StepName
from app.detections.runs.progress import Plan
from app.detections.runs.steps import files
from app.detections.runs.steps.files import ACTOR, Counts
from app.imports.publication.place import lake_of
from app.labels.export import write_labels
from app.models_registry import queries as models
from scoring import features as columns
from scoring.data.engine import connect
from scoring.errors import ScoringError
from scoring.learning import artifacts, follow_up, predict
from scoring.learning.artifacts import TrainedModel
from scoring.listing import draw
from scoring.measuring import drift, reference
from scoring.vocabulary import DriftVerdict, Level

BLOCKED: Final = (
    "La dérive est au rouge : la liste n’est pas publiée, la précédente reste en place. "
    "Un data scientist peut l’autoriser malgré tout, avec un motif."
)


def watch(session: Session, plan: Plan) -> Counts:
    """Compare the model's inputs and outputs with its reference; journal a red drift and notify the data scientists."""
    run = session.get_one(DetectionRun, plan.run_id)
    history = _history(session, plan)
    level = _level(plan, history)
    findings = _findings(plan) + _matured(session, plan, history) + level
    verdict = drift.worst(findings)
    session.add(
        DriftReport(
            run_id=run.id,
            model_id=run.model_id,
            verdict=verdict,
            findings=[finding.plain() for finding in findings],
        )
    )
    session.flush()
    counts = Counter(finding.verdict.value for finding in findings)
    if verdict is DriftVerdict.RED:
        journal.record(
            session, ACTOR, journal.Event.DRIFT_FOUND, run=run.id, as_of=plan.as_of, counts=counts
        )
        alarms.notify_drift(session, run)
    for finding in level:
        if finding.verdict is not DriftVerdict.GREEN:
            alarms.notify_level(session, run, told=finding.label)
    return {"verdict": verdict.value, **counts}


def require_publishable(session: Session, plan: Plan) -> None:
    """Raise `DomainError` when the drift of the run is red and nobody has overridden it."""
    report = queries.find_report(session, plan.run_id)
    if report is not None and report.is_blocking:
        raise DomainError(BLOCKED)


def follow(session: Session, plan: Plan) -> Counts:
    """Score the firms of the run with the challenger; its scores are compared with the champion's and shown to nobody."""
    challenger, run = models.find_challenger(session), session.get_one(DetectionRun, plan.run_id)
    if challenger is None:
        return {}
    counts, error = {}, None
    try:
        directory = plan.home / challenger.directory
        model = artifacts.load(directory, expected=challenger.sha256)
        counts = _compare(plan, model)
    except (ScoringError, OSError) as problem:
        # The list is published and does not depend on the challenger: its failure is shown on its page.
        error = f"Ce modèle n’a pas pu suivre la détection : {problem}"
    session.add(
        ShadowRun(
            run_id=run.id,
            model_id=challenger.id,
            champion_id=run.model_id,
            counts=counts,
            error=error,
        )
    )
    session.flush()
    return {"challenger": challenger.id, **counts}


def _findings(plan: Plan) -> list[drift.DriftFinding]:
    model, table = files.model_of(plan), files.read(plan, StepName.FEATURES)
    table["p18"] = files.read(plan, StepName.SCORE)["p18"].to_numpy()
    bins = reference.read(plan.model_directory, expected=plan.model_sha256)
    return drift.findings(bins, table, model.registry)


def _history(session: Session, plan: Plan) -> follow_up.FollowUp:
    """Return what happened to every firm, as known on the day of the run."""
    labels = plan.product(StepName.DRIFT).with_name("labels.parquet")
    write_labels(session, labels, known_before=plan.as_of)
    lake = lake_of(plan.home)
    return follow_up.follow_up(
        columns.openings(lake, plan.as_of),
        known_by=plan.as_of,
        closures=columns.closures(lake, plan.as_of),
        support=follow_up.support_episodes(pd.read_parquet(labels), known_by=plan.as_of),
    )


def _level(plan: Plan, history: follow_up.FollowUp) -> list[drift.DriftFinding]:
    """Return predicted over observed in the three months after the latest quarter that is known."""
    ended = history.admin_end - pd.DateOffset(months=follow_up.INTERVAL_MONTHS)
    quarter = pd.offsets.QuarterBegin(startingMonth=1).rollback(ended.normalize()).date()
    lake = lake_of(plan.home)
    if quarter < columns.history_start(lake):
        return []
    table = columns.build(lake, quarter, con=connect(threads=1))
    finding = drift.latest_quarter(files.model_of(plan), table, quarter=quarter, history=history)
    return [finding] if finding else []


def _matured(session: Session, plan: Plan, history: follow_up.FollowUp) -> list[drift.DriftFinding]:
    """Return predicted over observed for the last list whose outcomes are known on the day of the run."""
    until = (
        pd.Timestamp(plan.as_of)
        - follow_up.PUBLICATION_LAG
        - pd.DateOffset(months=follow_up.MAIN_HORIZON)
    )
    former = session.scalar(
        select(DetectionList)
        .where(DetectionList.published_at.is_not(None), DetectionList.as_of <= until.date())
        .order_by(DetectionList.as_of.desc(), DetectionList.id.desc())
        .limit(1)
    )
    scores = plan.home / "runs" / str(former.run_id if former else 0) / f"{StepName.SCORE}.parquet"
    if former is None or not scores.exists():
        return []
    content = scores.read_bytes()
    files.require_intact(content, scores, recorded=former.parameters.get("scores_sha256"))
    finding = drift.matured_window(
        pd.read_parquet(io.BytesIO(content)), as_of=former.as_of, history=history
    )
    return [finding] if finding else []


def _compare(plan: Plan, challenger: TrainedModel) -> dict[str, Any]:
    """Return how the challenger's levels differ from the champion's, both before the expert rules."""
    table = files.read(plan, StepName.FEATURES)
    champion = files.read(plan, StepName.SCORE)
    scores = predict.score(challenger, table)
    files.write(scores, plan.product(StepName.SHADOW))
    ranks = [
        [Level(level).rank if isinstance(level, str) else 0 for level in levels]
        for levels in (
            draw.levels(champion["p18"], files.model_of(plan).thresholds),
            draw.levels(scores["p18"], challenger.thresholds),
        )
    ]
    pairs = list(zip(*ranks, strict=True))
    shift = drift.psi_between(champion["p18"].to_numpy(), scores["p18"].to_numpy())
    return {
        "firms": len(scores),
        "psi": round(shift, 4),
        "entered": sum(not before and bool(after) for before, after in pairs),
        "left": sum(bool(before) and not after for before, after in pairs),
        "raised": sum(0 < before < after for before, after in pairs),
        "lowered": sum(0 < after < before for before, after in pairs),
    }
