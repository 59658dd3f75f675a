"""A building of the store: from the lake and the labels of agents to the tables that pages read.

Everything slow is computed first; one transaction then writes the rows of the building, says that it is done, and forgets the
oldest. PostgreSQL refuses COPY into a table with row-level security: rows arrive in a temporary table.
"""

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session

from app.companies.models import FRANCE
from app.core import journal
from app.core.access.identity import system_identity
from app.core.database.unit_of_work import unit_of_work
from app.core.errors import DomainError, told
from app.core.now import utcnow
from app.imports.publication.publish import settle
from app.label_store import queries
from app.label_store.building import verdicts
from app.label_store.models import LabelBuild, LabelBuildState
from app.labels.export import write_labels
from scoring.errors import ScoringError, UntrainableError
from scoring.learning import follow_up, label_store
from scoring.learning import verdicts as learning
from scoring.learning.label_store import LabelStore
from scoring.vocabulary import VerdictUse

ACTOR = system_identity("Magasin d’étiquettes")
ERROR_LENGTH = 2_000
STAGE = """
create temporary table staged_interval (siren text, fold smallint, fates text, counts text, drawn text, opened_on date[],
    supported_on date, closed_on date) on commit drop
"""
INTERVALS = ("siren", "fold", "fates", "counts", "drawn", "opened_on", "supported_on", "closed_on")
# A firm that Sirene does not name has no page.
STORE = f"""
insert into label_interval (build_id, {", ".join(INTERVALS)})
select :build_id, {", ".join("s." + name for name in INTERVALS)} from staged_interval s join company c on c.siren = s.siren
order by s.siren
"""
COUNTS = ("region", "year", "fate", "firms", "snapshots", "intervals", "events", "halves", "drawn")
TALLY = f"""
insert into label_count (build_id, {", ".join(COUNTS)}) values (:build_id, {", ".join(":" + name for name in COUNTS)})
"""


def build(home: Path, build_id: int) -> None:
    """Build what was asked for; do nothing when it is done. An error is recorded, then raised."""
    with unit_of_work(ACTOR) as session:
        asked = queries.get_build(session, build_id)
        if asked.state is LabelBuildState.DONE:
            return
        asked.state, known_on = LabelBuildState.RUNNING, asked.known_on
    try:
        store = _computed(home, known_on)
        with unit_of_work(ACTOR) as session:
            _write(session, queries.get_build(session, build_id), store)
    except Exception as error:
        with unit_of_work(ACTOR) as session:
            failed = queries.get_build(session, build_id)
            failed.state, failed.finished_at = LabelBuildState.FAILED, utcnow()
            failed.error = told(error)[:ERROR_LENGTH]
        raise


def _computed(home: Path, known_on: date) -> LabelStore:
    """Return the store of what was known on a day; raise `DomainError` when nothing was."""
    lake = settle(ACTOR, home=home)
    if not lake.manifest():
        raise DomainError(
            "Aucune donnée partenaire n’est publiée : publiez un import avant de calculer les étiquettes."
        )
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "labels.parquet"
        with unit_of_work(ACTOR) as session:
            write_labels(session, path, known_before=known_on)
        labels = pd.read_parquet(path)
    try:
        return label_store.build(lake, as_of=known_on, labels=labels)
    except ScoringError as error:
        raise DomainError(str(error)) from error


def _write(session: Session, build: LabelBuild, store: LabelStore) -> None:
    """Write a building and what visits had found then, and forget the ones that it replaces."""
    session.execute(text(STAGE))
    _copy(session, "staged_interval", _rows(store))
    session.execute(text(STORE), {"build_id": build.id})
    counts = label_store.counted(store, region_of=queries.region_of, country=FRANCE)
    lines = [
        {str(name): value for name, value in line.items()} for line in counts.to_dict("records")
    ]
    if lines:
        session.execute(text(TALLY), [{"build_id": build.id, **line} for line in lines])
    verdicts.derive(session)
    build.facts = facts_of(store) | {"verdicts": verdict_facts(session, known_on=build.known_on)}
    build.state, build.finished_at, build.error = LabelBuildState.DONE, utcnow(), None
    session.flush()
    forgotten = _forget(session, build)
    journal.record(
        session, ACTOR, journal.Event.LABELS_BUILT,
        build=build.id, known_on=build.known_on, firms=len(store.firms), forgotten=forgotten,
    )  # fmt: skip


def facts_of(store: LabelStore) -> dict[str, Any]:
    """Return what a building says of itself: quarters, roles (`SplitRole` letters, a text a fold), admin_end (the last day whose
    events are complete), frozen_end (the same for the recipe that is judged), quiet_share, refusal.
    """
    cut = store.cut
    frozen = follow_up.censored_at(store.history, cut.frozen_on).admin_end if cut else None
    return {
        "quarters": [day.date().isoformat() for day in store.quarters],
        "roles": store.roles(),
        "is_crossfitted": bool(cut and cut.is_crossfitted),
        "admin_end": store.history.admin_end.date().isoformat(),
        "frozen_end": frozen.date().isoformat() if frozen is not None else None,
        "quiet_share": store.quiet_share,
        "refusal": store.refusal,
        "firms": len(store.firms),
    }


def verdict_facts(session: Session, *, known_on: date) -> dict[str, Any]:
    """Return what visits say, as known on a day: visits by use, random draws and those that led to a verdict, the model or why there is
    none, and the share confirmed among chosen visits, which is no measure of the list.
    """
    frame = pd.DataFrame(
        verdicts.known(session, known_on=known_on),
        columns=["siren", "use", "confirmed", "p_select", "p12", "p18", "is_first", "is_high"],
    )
    random = frame[frame["use"].eq(VerdictUse.LEARNT)].reset_index(drop=True)
    chosen = frame[frame["use"].eq(VerdictUse.CHOSEN)]
    model, refusal = None, None
    try:
        model = learning.learn(random)
    except UntrainableError as error:
        refusal = str(error)
    places, answered = verdicts.drawn(session, known_on=known_on)
    return {
        "uses": verdicts.counts(session, known_on=known_on),
        "random": len(random),
        "places": places,
        "answered": answered,
        "chosen": len(chosen),
        "chosen_confirmed": int(chosen["confirmed"].sum()),
        "model": {**vars(model), "precision": vars(model.precision)} if model else None,
        "refusal": refusal,
    }


def _rows(store: LabelStore) -> Iterator[Sequence[object]]:
    """Yield a row a firm, in the order of INTERVALS."""
    openings = store.history.openings.sort_values("on").groupby("siren")["on"].agg(list)
    days = [
        dates.set_index("siren")["on"].reindex(store.firms["siren"])
        for dates in (store.history.support, store.history.closures)
    ]
    told = zip(
        store.firms["siren"], store.firms["fold"], store.fates, store.counts, store.drawn, *days, strict=True
    )  # fmt: skip
    for siren, fold, fates, counts, drawn, supported, closed in told:
        yield (
            siren,
            int(fold),
            "".join(fates),
            "".join(map(str, counts)),
            drawn.tobytes().hex(),
            [day.date() for day in openings.get(siren, [])],
            _day(supported),
            _day(closed),
        )


def _day(moment: Any) -> date | None:
    return None if pd.isna(moment) else moment.date()


def _copy(session: Session, table: str, rows: Iterable[Sequence[object]]) -> None:
    cursor = session.connection().connection.cursor()
    with cursor.copy(f"copy {table} ({', '.join(INTERVALS)}) from stdin") as copy:
        for row in rows:
            copy.write_row(row)


def _forget(session: Session, build: LabelBuild) -> int:
    """Delete the buildings of the same day, the oldest beyond those that are kept, and what failed before; return how many."""
    done = select(LabelBuild.id).where(
        LabelBuild.id != build.id, LabelBuild.state == LabelBuildState.DONE
    )
    kept = done.where(LabelBuild.known_on != build.known_on).order_by(LabelBuild.id.desc())
    failed = select(LabelBuild.id).where(
        LabelBuild.id < build.id, LabelBuild.state == LabelBuildState.FAILED
    )
    stays = set(session.scalars(kept.limit(queries.KEPT - 1)))
    gone = {*session.scalars(done), *session.scalars(failed)} - stays
    session.execute(delete(LabelBuild).where(LabelBuild.id.in_(gone)))
    return len(gone)
