"""An upgrade ends on the new version, or on the former one as it was; whatever happens, it is said."""

from collections.abc import Callable
from typing import Any

import pytest
from alembic import command
from sqlalchemy import text

from app.core.access.identity import system_identity
from app.core.database.unit_of_work import TransactionalFlask, unit_of_work
from app.core.errors import DomainError
from app.core.maintenance import gate
from app.core.work import jobs
from app.operations.restores import trials
from app.operations.upgrades import migrating
from tests.support.former import FORMER, FormerInstance

pytest_plugins = ["tests.support.backups", "tests.support.upgrades"]

SYSTEM = system_identity("tests")
#: what a version before knows, whole
KNOWN = """
    select
        (select md5(string_agg(c::text, '|' order by id)) from comment c),
        (select md5(string_agg(v::text, '|' order by id)) from visit v),
        (select md5(string_agg(j::text, '|' order by id)) from journal j),
        (select count(*) from agent)
"""
QUEUED = """
    insert into procrastinate_jobs (queue_name, task_name, args, status, worker_id)
    values ('default', '{}', '{{}}', '{}', {}) returning id
"""
BEATING = "insert into procrastinate_workers default values returning id"


def written(instance: FormerInstance, statement: str) -> Any:
    """What the application writes, apart from any act of it."""
    with gate.maintaining(), unit_of_work(SYSTEM) as session:
        return session.scalar(text(statement))


def test_an_instance_of_the_former_version_becomes_one_of_this_one(former: FormerInstance) -> None:
    before = former.ask(KNOWN)[0]
    assert former.migration == FORMER
    assert former.upgrade()
    assert former.migration == gate.VERSION
    assert former.notice.is_open
    comments, visits, _journal, agents = former.ask(KNOWN)[0]
    assert (comments, visits, agents) == (before[0], before[1], before[3])
    assert [told for told in former.told if told.startswith("✗")] == []
    assert [name for (name,) in former.ask("select name from backup where state = 'gardee'")][
        -1:
    ] == former.store.names()
    lines = former.ask(
        "select details->'migrations' from journal where event = 'operations:instance:upgraded'"
    )
    assert lines == [([FORMER, gate.VERSION],)]
    assert not former.upgrade()
    assert former.store.names() == former.store.names()[:1]


def breaking(statement: str) -> Callable[..., None]:
    """The migrations, the last of which does ``statement``."""
    upgrade = command.upgrade

    def run(config: Any, revision: str) -> None:
        upgrade(config, revision)
        config.attributes["connection"].execute(text(statement))

    return run


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("insert into agent (email) values (null)", "Erreur technique"),
        ("alter table visit no force row level security", "La sécurité des lignes n’est pas imposée à visit."),
        ("update alembic_version set version_num = '0101'", "Les migrations s’arrêtent à 0101"),
    ],
)  # fmt: skip
def test_a_migration_that_fails_changes_nothing_and_opens_again(
    former: FormerInstance, monkeypatch: pytest.MonkeyPatch, statement: str, says: str
) -> None:
    before = former.ask(KNOWN)
    monkeypatch.setattr(migrating.command, "upgrade", breaking(statement))
    with pytest.raises(DomainError) as refused:
        former.upgrade()
    assert says in refused.value.message
    assert f"la base est à la migration {FORMER}" in refused.value.message
    assert former.notice.is_open
    assert former.migration == FORMER
    assert former.ask(KNOWN) == before


def test_a_version_that_does_not_work_is_gone_back_from(
    former: FormerInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = former.ask(KNOWN)

    def refused() -> str:
        raise trials.FailedTrialError("La page de connexion répond 500.")

    with monkeypatch.context() as broken:
        broken.setattr(trials, "try_page", refused)
        with pytest.raises(DomainError, match="aucune écriture n’est perdue") as said:
            former.upgrade()
    assert "La page de connexion répond 500." in said.value.message
    assert former.migration == FORMER
    assert former.notice.is_open
    assert former.ask(KNOWN) == before
    assert former.upgrade()
    assert former.migration == gate.VERSION


def test_tasks_in_progress_are_waited_for_and_named(former: FormerInstance) -> None:
    worker = written(former, BEATING)
    job = written(former, QUEUED.format("models.train", "doing", worker))
    with pytest.raises(
        DomainError, match=r"encore en cours après 0\.01 minutes d’attente : models\.train"
    ):
        former.upgrade(minutes=0.01)
    assert former.notice.is_open
    assert former.store.names() == []
    # Its worker died: nothing will end it, and the task goes back to the queue of the new version.
    written(
        former,
        f"update procrastinate_workers set last_heartbeat = now() - interval '1 hour' where id = {worker} returning id",
    )
    assert former.upgrade()
    assert former.ask(f"select status::text from procrastinate_jobs where id = {job}") == [
        ("doing",)
    ]


def test_tasks_of_the_former_version_are_done_or_seen(
    former: FormerInstance, app: TransactionalFlask
) -> None:
    known = written(former, QUEUED.format("search:forget", "todo", "null"))
    gone = written(former, QUEUED.format("former:task", "todo", "null"))
    written(
        former,
        "update procrastinate_jobs set args = '{\"gone\": 1}' where task_name = 'search:forget' returning id",
    )
    again = written(former, QUEUED.format("search:forget", "todo", "null"))
    assert former.upgrade()
    jobs.work(app.config["SQLALCHEMY_DATABASE_URI"], concurrency=1, pulse=jobs.Pulse(), wait=False)
    states = dict(former.ask("select id, status::text from procrastinate_jobs"))
    # Arguments that this version does not take are tried again, then given up; a task that it does not know is given up; none is lost.
    assert states == states | {known: "todo", gone: "failed", again: "succeeded"}
