"""The steps that write to the database: the list, published in one transaction, and its alerts."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import pandas as pd
from babel.dates import format_date
from sqlalchemy import exists, select, text
from sqlalchemy.orm import Session, aliased

from app.companies.models import Company
from app.core import journal
from app.core.access.identity import Nature
from app.core.now import today, utcnow
from app.core.text.french import LOCALE
from app.core.work import events
from app.core.work.events import DomainEvent, EventKind
from app.core.work.jobs import defer
from app.core.work.tasks import Task
from app.detections.answers import services as answers
from app.detections.drift import alarms
from app.detections.exploration import queries as exploration
from app.detections.lists.services import store_places, store_themes
from app.detections.models import DetectionEntry, DetectionList, StepName
from app.detections.news import services as news
from app.detections.runs.progress import Plan
from app.detections.runs.steps import files, rules, watch
from app.detections.runs.steps.files import ACTOR, Counts
from scoring.vocabulary import Level, Novelty

ENTRY_COLUMNS = (
    "siren",
    "department",
    "p12",
    "p18",
    "p24",
    "level",
    "model_level",
    "rules_count",
    "novelty",
    "arm",
    "p_select",
    "rank",
)
REASON_COLUMNS = (
    "siren",
    "nature",
    "theme",
    "variable",
    "contribution",
    "value",
    "category",
    "unit",
    "sentence",
    "position",
    "horizon",
)
EFFECT_COLUMNS = ("siren", "natures", "name", "effect", "reason", "position")

# COPY cannot write to a table under row-level security: it fills a temporary table.
STAGE = """
create temp table staged_entry (siren text, department text, p12 float8, p18 float8, p24 float8, level text,
    model_level text, rules_count integer, novelty text, arm text, p_select float8, rank integer) on commit drop;
create temp table staged_reason (siren text, nature text, theme text, variable text, contribution float8,
    value float8, category text, unit text, sentence text, position integer, horizon integer) on commit drop;
create temp table staged_effect (siren text, natures text[], name text, effect integer, reason text, position integer)
    on commit drop
"""
INSERT_ENTRIES = """
insert into detection_entry
    (list_id, siren, department, departments, p12, p18, p24, level, model_level, rules_count, novelty, arm, p_select, rank)
select :list_id, s.siren, coalesce(c.department, s.department),
    coalesce(nullif(c.departments, '{}'), array_remove(array[s.department], null)),
    s.p12, s.p18, s.p24, s.level, s.model_level, s.rules_count, s.novelty, s.arm, s.p_select, s.rank
from staged_entry s left join company c on c.siren = s.siren
order by s.rank, s.siren
"""
INSERT_REASONS = """
insert into detection_reason
    (entry_id, siren, departments, nature, theme, variable, contribution, value, category, unit, sentence, position,
    horizon)
select e.id, e.siren, e.departments, s.nature, s.theme, s.variable, s.contribution, s.value, s.category, s.unit,
    s.sentence, s.position, s.horizon
from staged_reason s join detection_entry e on e.siren = s.siren and e.list_id = :list_id
order by e.id, s.position
"""
INSERT_EFFECTS = """
insert into detection_rule_effect (entry_id, siren, departments, natures, name, effect, reason, position)
select e.id, e.siren, e.departments, s.natures, s.name, s.effect, s.reason, s.position
from staged_effect s join detection_entry e on e.siren = s.siren and e.list_id = :list_id
order by e.id, s.position
"""
OPEN_TO_ZONE = """
insert into company_alert (siren, first_on)
select siren, :as_of from staged_entry join company using (siren)
on conflict (siren) do update set first_on = least(company_alert.first_on, excluded.first_on)
"""


def publish(session: Session, plan: Plan) -> Counts:
    """Write the list, its entries and their reasons, and make them visible, all or nothing.

    Raise `DomainError` when a red drift holds it back.
    """
    watch.require_publishable(session, plan)
    listed, parameters = _drawn(session, plan)
    published = DetectionList(
        run_id=plan.run_id,
        as_of=plan.as_of,
        label=format_date(plan.as_of, "LLLL y", locale=LOCALE).capitalize(),
        parameters=parameters,
        published_at=utcnow(),
    )
    session.add(published)
    session.flush()
    reasons = files.reasons(plan)
    for statement in STAGE.split(";"):
        session.execute(text(statement))
    _copy(session, "staged_entry", ENTRY_COLUMNS, _entry_rows(listed))
    listed_reasons = reasons[reasons["siren"].isin(listed["siren"])]
    _copy(session, "staged_reason", REASON_COLUMNS, _reason_rows(listed_reasons))
    effects = list(rules.effects(plan.rules_text, listed))
    _copy(session, "staged_effect", EFFECT_COLUMNS, effects)
    for statement in (INSERT_ENTRIES, INSERT_REASONS, INSERT_EFFECTS):
        session.execute(text(statement), {"list_id": published.id})
    session.execute(text(OPEN_TO_ZONE), {"as_of": plan.as_of})
    _store_what_is_shown(session, published)
    levels = listed["level"].value_counts()
    counts = {
        "list": published.id,
        "entries": len(listed),
        "reasons": len(listed_reasons),
        "rules": len(effects),
        "new": int(listed["novelty"].notna().sum()),
    } | {str(level): int(count) for level, count in levels.items()}
    journal.record(
        session,
        ACTOR,
        journal.Event.DETECTION_LIST_PUBLISHED,
        run=plan.run_id,
        as_of=plan.as_of,
        counts=counts,
    )
    return counts


def _drawn(session: Session, plan: Plan) -> tuple[pd.DataFrame, Counts]:
    """Return the list and its parameters; the choices of managers count as they are now."""
    paused = exploration.list_paused(session)
    return files.draw(plan, history=_history(session, plan), paused=paused)


def _store_what_is_shown(session: Session, published: DetectionList) -> None:
    """Store where the entries are read, and the figures of the firms that were ever on a list."""
    store_places(session, published)
    store_themes(session, published)
    news.store_tally(session, published)
    session.execute(text("select figures_stage('company_series_part_')"))
    session.execute(text("select figures_swap()"))


def alert(session: Session, plan: Plan) -> Counts:
    """Emit each new alert of the list to the other domains; the step's own transaction makes it happen once.

    What said that the list was held back is settled, and what was answered to former alerts led to is counted, then that of
    these firms counts no more; the list is announced.
    """
    alarms.settle_drift(session, as_of=plan.as_of)
    published = _published(session, plan)
    news.store_outcomes(session, published)
    answers.end_overtaken(session, published)
    news.announce(session, published)
    defer(session, Task.WATCHING_NOW)
    new_alerts = session.execute(_to_alert(plan)).all()
    for entry, company in new_alerts:
        events.emit(
            session,
            ACTOR,
            DomainEvent(
                kind=EventKind.ALERTED,
                siren=entry.siren,
                departments=company.departments or entry.departments,
                subject_kind="detection_entry",
                subject_id=entry.id,
                occurred_on=today(),
                nature=Nature.SCORE.value,
                details={
                    "level": entry.level.value,
                    "novelty": entry.novelty.value,
                    "list_id": entry.list_id,
                },
            ),
        )
    return {"alerts": len(new_alerts)}


ACTS: dict[StepName, Callable[[Session, Plan], Counts]] = {
    StepName.DRIFT: watch.watch,
    StepName.LIST: publish,
    StepName.ALERTS: alert,
    StepName.SHADOW: watch.follow,
}


def _published(session: Session, plan: Plan) -> DetectionList:
    return session.scalars(select(DetectionList).where(DetectionList.run_id == plan.run_id)).one()


def _to_alert(plan: Plan) -> Any:
    """Return the new alerts of the run's list that no earlier list of the same day has already raised."""
    former, former_list = aliased(DetectionEntry), aliased(DetectionList)
    already_raised = exists().where(
        former.siren == DetectionEntry.siren,
        former.list_id == former_list.id,
        former_list.as_of == plan.as_of,
        former_list.id < DetectionEntry.list_id,
        former.novelty != Novelty.NONE,
    )
    return (
        select(DetectionEntry, Company)
        .join(DetectionEntry.list)
        .join(Company, Company.siren == DetectionEntry.siren)
        .where(
            DetectionList.run_id == plan.run_id,
            DetectionEntry.novelty != Novelty.NONE,
            ~already_raised,
        )
        .order_by(DetectionEntry.id)
    )


def _history(session: Session, plan: Plan) -> pd.DataFrame:
    rows = session.execute(
        select(DetectionEntry.siren, DetectionList.as_of, DetectionEntry.level)
        .join(DetectionEntry.list)
        .where(DetectionList.published_at.is_not(None), DetectionList.as_of < plan.as_of)
    ).all()
    return pd.DataFrame(
        [(siren, day, level.value) for siren, day, level in rows],
        columns=["siren", "as_of", "level"],
    )


def _entry_rows(listed: pd.DataFrame) -> Iterable[Sequence[object]]:
    for row in listed.to_dict("records"):
        row["department"] = _text_or_none(row["department"])
        row["novelty"] = _text_or_none(row["novelty"]) or Novelty.NONE.value
        row["model_level"] = _text_or_none(row["model_level"]) or Level.NONE.value
        row["rules_count"] = len(row["rules"])
        yield [row[column] for column in ENTRY_COLUMNS]


def _reason_rows(reasons: pd.DataFrame) -> Iterable[Sequence[object]]:
    positions = reasons.groupby("siren", sort=False).cumcount()
    for row, position in zip(reasons.to_dict("records"), positions, strict=True):
        yield [
            row["siren"],
            _text_or_none(row["nature"]),
            row["theme"],
            _text_or_none(row["variable"]),
            # A missing value has a weight too, but that weight is not a reason to show.
            None if row["direction"] == "missing" else row["contribution"],
            None if pd.isna(row["value"]) else row["value"],
            _text_or_none(row["category"]),
            _text_or_none(row["unit"]),
            _text_or_none(row["sentence"]) or "",
            int(position),
            int(row["horizon"]),
        ]


def _text_or_none(value: object) -> str | None:
    return None if value is None or value != value else str(value)  # noqa: PLR0124 - NaN


def _copy(
    session: Session, table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]
) -> None:
    driver = session.connection().connection.driver_connection
    if driver is None:
        raise RuntimeError("no database connection")
    with (
        driver.cursor() as cursor,
        cursor.copy(f"copy {table} ({', '.join(columns)}) from stdin") as copy,
    ):
        for row in rows:
            copy.write_row(row)
