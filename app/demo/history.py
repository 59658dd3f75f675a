"""Two simulated years: the detection runs for each list, then fictitious people act until the next one, through the real services.

Killed and restarted, it resumes after the last action: the plan is the same each time, actions follow its order, and each one
leaves its planned time in the database, in its own transaction.
"""

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pandas as pd
from flask import current_app
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.accounts.queries import find_agent_by_email
from app.companies.models import Establishment
from app.core.access.identity import Identity, system_identity
from app.core.database.unit_of_work import unit_of_work
from app.core.errors import DomainError
from app.core.now import at, today, utcnow
from app.core.work import jobs
from app.demo.acting import act, answer_once, last_comment, put_aside_once
from app.demo.gestures.partners import PartnerEvent, with_partners
from app.demo.people import PEOPLE
from app.detections.drift.queries import find_report
from app.detections.models import DetectionEntry, DetectionList, RunState
from app.detections.runs import pipeline
from app.detections.runs.queries import find_last_run
from app.detections.runs.services import override_drift, start_run
from app.habilitations.models import Zone
from app.habilitations.queries import identity_of
from app.models_registry.models import ExcuseKind
from app.network.models import FeedEvent, Notification
from app.network.models import Follow as Followed
from app.network.policies import may_reply
from app.portal.home.models import Postponement
from config import Config
from scoring.lab.simulate.agents.behaviour import AgentProfile, FollowupEvent, plan_followup
from scoring.lab.simulate.truth import Truth, load_truth
from scoring.vocabulary import Level

ACTOR = system_identity("Démonstration")
#: whose home page is shown first
READER = "aline@demo.invalid"
OLD_MODEL = "Démonstration : un seul modèle pour deux ans de listes"
#: older events are no longer news
NEWS = timedelta(days=30)
#: the working hours of fictitious people
FIRST_HOUR, LAST_HOUR = 8, 18
SIMULATED_NETWORKS = {
    "crp": "direccte",
    "urssaf": "urssaf",
    "banque_de_france": "bdf",
    "dgfip": "dgfip",
}


@dataclass(frozen=True, kw_only=True)
class Stage:
    """The constants of the replay."""

    config: Config
    truth: Truth
    profiles: list[AgentProfile]
    seed: int
    #: habilitations are checked at the present day, whenever the action took place
    present: date


def replay(config: Config, *, dates: Sequence[date], truth: Path, seed: int) -> str:
    """Publish the lists of ``dates`` and replay people's actions after each; return a summary sentence."""
    stage = Stage(
        config=config, truth=load_truth(truth), profiles=_profiles(), seed=seed, present=today()
    )
    done: Counter[str] = Counter()
    for list_on, until in zip(dates, [*dates[1:], stage.present], strict=True):
        _detect(config, list_on)
        done += _live(stage, since=list_on, until=until)
    jobs.work(
        str(current_app.config["SQLALCHEMY_DATABASE_URI"]),
        concurrency=2,
        pulse=jobs.Pulse(),
        wait=False,
    )
    _forget_old_news(stage.present)
    _leave_waiting(stage)
    refused = done.pop("refused", 0)
    counts = ", ".join(f"{name} {count}" for name, count in sorted(done.items()))
    return f"{len(dates)} listes ; {counts} ; {refused} actes impossibles écartés"


def _detect(config: Config, list_on: date) -> None:
    """Run the detection of ``list_on`` to its end: keep an earlier run if it is finished, otherwise resume it."""
    with at(datetime.combine(list_on, time(5), UTC)):
        with unit_of_work(ACTOR) as session:
            run = find_last_run(session, as_of=list_on)
            if run is not None and run.state is RunState.DONE:
                return
            run_id = (run or start_run(session, ACTOR, as_of=list_on, trigger="démonstration")).id
        try:
            pipeline.run(run_id, home=config.home)
        except DomainError:
            if not _override_drift(run_id):
                raise
            pipeline.run(run_id, home=config.home)


def _override_drift(run_id: int) -> bool:
    """Override a red drift: two years of lists are made with one model, which nobody would keep that long."""
    with unit_of_work(ACTOR) as session:
        report = find_report(session, run_id)
        if report is None or not report.is_blocking:
            return False
        override_drift(
            session, ACTOR, report, kind=ExcuseKind.EPISODE, motive=OLD_MODEL, is_resumed=False
        )
        return True


def _live(stage: Stage, *, since: date, until: date) -> Counter[str]:
    """Replay what happens between the list of ``since`` and the next: the plan of a firm never depends on later lists."""
    with unit_of_work(ACTOR) as session:
        alerts, sites = _alerts(session, until=since), _sites(session, stage.truth)
    last = until - timedelta(days=1)
    events = with_partners(
        plan_followup(
            alerts, stage.truth, agents=stage.profiles, seed=stage.seed, until=last, sites=sites
        ),
        until=last,
    )
    acts = list(_timed(events, since=since, seed=stage.seed))
    with unit_of_work(ACTOR) as session:
        tried = _tried(session, [moment for _, moment in acts])
    return Counter(_perform(stage, event, moment) for event, moment in acts[tried:])


def _timed(
    events: Sequence[FollowupEvent | PartnerEvent], *, since: date, seed: int
) -> Iterator[tuple[FollowupEvent | PartnerEvent, datetime]]:
    """Return the events that follow ``since``, each with its time; deterministic."""
    clock = random.Random(f"{seed}-{since}")  # noqa: S311 - a simulation
    for event in events:
        if event.happened_on >= since:
            hour = clock.uniform(FIRST_HOUR, LAST_HOUR)
            yield event, datetime.combine(event.happened_on, time(), UTC) + timedelta(hours=hour)


def _tried(session: Session, moments: Sequence[datetime]) -> int:
    """Return how many actions an interrupted replay has attempted: all those up to the last one that left its time.

    A refused action leaves nothing; those after the last trace are refused again, for the same reason.
    """
    events = select(FeedEvent.occurred_at).where(FeedEvent.occurred_at.in_(moments))
    followed = select(Followed.created_at).where(Followed.created_at.in_(moments))
    traces = {*session.scalars(events), *session.scalars(followed)}
    return max((rank for rank, moment in enumerate(moments, 1) if moment in traces), default=0)


def _perform(stage: Stage, event: FollowupEvent | PartnerEvent, moment: datetime) -> str:
    with unit_of_work(ACTOR) as session:
        who = _identity(session, event.agent_id, stage.present)
    with at(moment):
        try:
            with unit_of_work(who) as session:
                return act(session, who, event)
        except DomainError:
            # A closed establishment, an accompagnement already open: the portal refuses, as it would for a real agent.
            return "refused"


def _alerts(session: Session, *, until: date) -> pd.DataFrame:
    rows = session.execute(
        select(
            DetectionEntry.siren, Establishment.siret, DetectionEntry.department, DetectionEntry.level,
            DetectionList.as_of.label("list_on"), DetectionEntry.arm,
        )
        .join(DetectionEntry.list)
        .join(Establishment, (Establishment.siren == DetectionEntry.siren) & Establishment.is_head_office)
        .where(DetectionEntry.level != Level.NONE, DetectionList.as_of <= until)
        .order_by(DetectionList.as_of, DetectionEntry.rank)
    ).all()  # fmt: skip
    columns = ["siren", "siret", "department", "level", "list_on", "arm"]
    return pd.DataFrame(
        [
            [str(row.level) if name == "level" else getattr(row, name) for name in columns]
            for row in rows
        ],
        columns=columns,
    )


def _sites(session: Session, truth: Truth) -> dict[str, str]:
    """The head office of each firm that the region says is supported: some are, that no list has shown."""
    supported = truth.firms.loc[truth.firms["supported_on"].notna(), "siren"]
    rows = session.execute(
        select(Establishment.siren, Establishment.siret).where(
            Establishment.is_head_office, Establishment.siren.in_(supported.tolist())
        )
    ).all()
    return {row.siren: row.siret for row in rows}


def _leave_waiting(stage: Stage) -> None:
    """What waits for the reader on her home page: an answer to her last comment, and an alert put aside until today."""
    with unit_of_work(ACTOR) as session:
        reader = _identity(session, READER, stage.present)
        others = [
            _identity(session, person.email, stage.present)
            for person in PEOPLE
            if person.zone is not None and person.email != READER
        ]
    with unit_of_work(reader) as session:
        comment = last_comment(session, reader)
        colleague = next((who for who in others if comment and may_reply(who, comment)), None)
        number = comment.id if comment else 0
    if colleague is not None:
        with unit_of_work(colleague) as session:
            answer_once(session, colleague, number)
    with at(utcnow() - timedelta(days=Postponement.WEEK.days)), unit_of_work(reader) as session:
        put_aside_once(session, reader)


def _profiles() -> list[AgentProfile]:
    with unit_of_work(ACTOR) as session:
        zones = {zone.code: tuple(zone.departments) for zone in session.scalars(select(Zone))}
    return [
        AgentProfile(
            agent_id=person.email,
            network=SIMULATED_NETWORKS[person.networks[-1]],
            departments=zones[person.zone],
            visits=person.visits,
        )
        for person in PEOPLE
        # Whoever is in no network reads, and follows nobody.
        if person.zone is not None and person.networks
    ]


def _identity(session: Session, email: str, present: date) -> Identity:
    agent = find_agent_by_email(session, email)
    if agent is None:
        raise LookupError(email)
    return identity_of(session, agent, on=present)


def _forget_old_news(present: date) -> None:
    """Remove old notifications: two years of them would bury the few that are news."""
    old = select(FeedEvent.id).where(
        FeedEvent.occurred_at < datetime.combine(present, time(), UTC) - NEWS
    )
    with unit_of_work(ACTOR) as session:
        read = Notification.created_at
        session.execute(
            update(Notification)
            .where(Notification.event_id.in_(old))
            .values(read_at=read, emailed_at=read)
        )
