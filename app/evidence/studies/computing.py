"""A study read on its day, exactly once: killed anywhere and restarted, it computes again and stores one result."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy.orm import Session

from app.core.access.identity import system_identity
from app.core.database import locks
from app.core.database.unit_of_work import unit_of_work
from app.core.errors import DomainError
from app.core.logging import get_logger
from app.detections.models import DetectionList
from app.evidence.studies import queries, services
from app.evidence.studies.models import ImpactStudy
from app.imports.publication.publish import settle
from app.labels.models import LabelKind
from app.labels.queries import list_labels
from config import ROOT
from scoring.data.lake import Lake
from scoring.impact.cohorts.facts import Facts
from scoring.impact.errors import ImpactError
from scoring.lab.worlds import support
from scoring.studies import cohort, cut
from scoring.studies.histories import Histories, histories
from scoring.studies.question import MONTHS_OF_QUARTER, QuarterList, Question, month_of
from scoring.studies.reading import Studied, StudyReading, read, refused

logger = get_logger(__name__)

ACTOR = system_identity("Études d’impact")
#: the namespace of the locks that keep two workers off one study
LOCK = 7_146_085
#: what measures: its digest is the version of the code
MEASURING = ("scoring/impact", "scoring/studies", "scoring/lab/worlds/support.py")
DIGITS = 12


def run(study_id: int, *, home: Path) -> None:
    """Read a study and store what it found; nothing when it was read.

    Raise `BusyError` when another process is reading it, `DomainError` before its day.
    """
    with locks.exclusive(LOCK, study_id):
        with unit_of_work(ACTOR) as session:
            study = queries.get_study(session, ACTOR, study_id)
            if study.results:
                return
            if not study.is_due:
                raise DomainError("Une étude n’est pas lue avant son jour.")
            session.expunge_all()
        found, data_version = _of_world(study) if study.world else _of_instance(study, home)
        with unit_of_work(ACTOR) as session:
            services.store(
                session,
                ACTOR,
                study,
                [services.StudyFinding(**vars(each)) for each in found],
                code_version=code_version(),
                data_version=data_version,
            )
    logger.info("study read", study=study_id)


def code_version() -> str:
    """Return a digest of the code that measures: the same figures come of the same digest and the same data."""
    digest = hashlib.sha256()
    for name in MEASURING:
        place = ROOT / name
        for path in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
            digest.update(path.read_bytes())
    return digest.hexdigest()[:DIGITS]


def version_of(published: dict[str, Any], supports: pd.DataFrame) -> str:
    """Return a digest of what was read: what is published, and each support (siren, on), not their number alone."""
    lines = sorted(map(str, supports.itertuples(index=False, name=None)))
    return _digest({**published, "supports": lines})


def _of_world(study: ImpactStudy) -> tuple[list[StudyReading], str]:
    """Read a simulated world, whose effect is known."""
    world = support.live(**(study.world or {}))
    firms = len(world.panel.firm)
    never, nothing = np.full(firms, np.inf), np.full((firms, 1), np.nan)
    facts = Facts(
        panel=world.panel, liquidated_at=never, closed_at=never, headcount=nothing, debt=nothing
    )
    studied = Studied(
        facts=facts,
        starts=support.STARTS,
        names=support.RECORDED,
        grace=0,
        truth=lambda measured: world.truth(measured.trials),
    )
    return read(study.outcome, study.horizons, studied), _digest(study.world)


def _of_instance(study: ImpactStudy, home: Path) -> tuple[list[StudyReading], str]:
    """Read the lists, the supports and the lake, as they were known on the day of the study."""
    question = Question(
        outcome=study.outcome,
        first=study.cohort_from,
        last=study.cohort_to,
        horizons=tuple(study.horizons),
        frozen_on=study.frozen_on,
    )
    lake = settle(ACTOR, home=home)
    with unit_of_work(ACTOR) as session:
        lists, published = _lists(session, question, study.departments, home)
        supports = _supports(session, study)
    version = version_of({"lake": lake.manifest(), "lists": published}, supports)
    try:
        firm = cohort.members(lists, question)
        known = _known(lake, question, firm.tolist())
        facts = cohort.facts(question, lists, firm=firm, supports=supports, known=known)
    except ImpactError as error:
        return refused(study.horizons, error), version
    return read(
        study.outcome, study.horizons, _studied(question, lists, facts, known, home)
    ), version


def _studied(
    question: Question,
    lists: Mapping[int, QuarterList],
    facts: Facts,
    known: Histories,
    home: Path,
) -> Studied:
    """Return what is read, with its truth in a simulation."""
    studied = Studied(
        facts=facts,
        starts=question.starts,
        names=cohort.COVARIATES,
        cut=lambda horizon: cut.jump(question, lists, known=known, horizon=horizon),
    )
    for truth in services.truths:
        studied = replace(studied, truth=partial(truth, home, question))
    return studied


def _known(lake: Lake, question: Question, sirens: Sequence[str]) -> Histories:
    return histories(
        lake,
        sirens=sirens,
        since=question.first,
        months_before=cohort.BEFORE,
        known_by=question.frozen_on,
    )


def _lists(
    session: Session, question: Question, departments: Sequence[str], home: Path
) -> tuple[dict[int, QuarterList], list[int]]:
    """Return the list of each quarter by its rank, that of its first month, and the numbers of those lists."""
    last = question.day(question.quarters)
    chosen: dict[int, DetectionList] = {}
    for each in queries.list_lists(session, since=question.first, until=last):
        quarter, months = divmod(month_of(each.as_of, origin=question.first), MONTHS_OF_QUARTER)
        if months < 1:
            chosen.setdefault(int(quarter), each)
    lists = {quarter: _list(session, each, departments, home) for quarter, each in chosen.items()}
    return lists, [each.id for each in chosen.values()]


def _list(
    session: Session, each: DetectionList, departments: Sequence[str], home: Path
) -> QuarterList:
    rows = queries.members(session, each.id, departments)
    scores = home / "runs" / str(each.run_id) / "score.parquet"
    kept = None
    if scores.exists():
        kept = pd.read_parquet(scores, columns=["siren", "department", "p18"])
        if departments:
            kept = kept[kept["department"].isin(departments)]
    return QuarterList(
        members=pd.DataFrame(
            {
                "siren": [row.siren for row in rows],
                "level": [row.level.value for row in rows],
                "p18": [row.p18 for row in rows],
            }
        ),
        scores=kept,
        cut=each.parameters.get("thresholds", {}).get("moderee"),
    )


def _supports(session: Session, study: ImpactStudy) -> pd.DataFrame:
    """Return siren, on: the first support of each firm that was known on the day of the study."""
    labels = list_labels(session, known_before=study.frozen_on)
    opened: list[tuple[str, Any]] = [
        (label.siren, label.occurred_on)
        for label in labels
        if label.kind is LabelKind.SUPPORT_OPENED
    ]
    frame = pd.DataFrame(opened, columns=["siren", "on"]).sort_values("on")
    return frame.drop_duplicates("siren")


def _digest(values: Any) -> str:
    text = json.dumps(values, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:DIGITS]
