"""Killed with SIGKILL at each step, an upgrade leaves an instance that serves nothing, and the same command ends what was begun."""

import pytest

from app.core.database import endpoints
from app.core.errors import DomainError
from app.core.maintenance import gate
from app.operations.backups import making
from app.operations.maintenance import services as maintenance
from app.operations.restores import loading, trials
from app.operations.upgrades import backing_out, migrating, planning, running, writers
from tests.support.former import FORMER, FormerInstance
from tests.support.killing import Moment, killed_at

pytest_plugins = ["tests.support.backups", "tests.support.upgrades"]

#: where it dies, whether just before, and the version of the tables after
FORWARD: list[tuple[Moment, bool, str]] = [
    ((planning, "plan"), False, FORMER), ((writers, "await_tasks"), False, FORMER), ((making, "_write"), False, FORMER),
    ((making, "back_up"), False, FORMER), ((migrating, "_require_protected"), False, FORMER), ((migrating, "migrate"), False, gate.VERSION),
    ((trials, "try_page"), False, gate.VERSION), ((running, "_record"), False, gate.VERSION),
]  # fmt: skip
BACKWARD: list[tuple[Moment, bool]] = [
    ((backing_out, "put_back"), True), ((loading, "load_database"), True), ((loading, "load_database"), False),
    ((endpoints, "prepare"), False), ((backing_out, "put_back"), False),
]  # fmt: skip


def refuses(instance: FormerInstance, version: object) -> bool:
    """Whether a web process of a version would serve nobody now, tasks would not be taken."""
    with pytest.raises(gate.MaintenanceError):
        gate.require_service(instance.notice, str(version))
    return True


def test_a_killed_upgrade_serves_nothing_and_goes_on(former: FormerInstance) -> None:
    for moment, before, version in FORWARD:
        killed_at(moment, former.upgrade, before=before)
        assert former.migration == version, moment[1]
        assert moment[1] == "plan" or refuses(former, gate.VERSION), moment[1]
        if version == gate.VERSION:
            with pytest.raises(DomainError, match="a changé les tables"):
                maintenance.open_again(endpoints.endpoints(former.config))
    assert former.upgrade()
    assert former.notice.is_open
    assert former.migration == gate.VERSION
    assert former.ask(
        "select count(*) from journal where event = 'operations:instance:upgraded'"
    ) == [(1,)]


def test_a_killed_return_serves_nothing_and_goes_on(
    former: FormerInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    count = "select (select count(*) from journal), (select count(*) from agent), (select count(*) from comment)"
    kept = former.ask(count)

    def refused() -> str:
        raise trials.FailedTrialError("La page de connexion répond 500.")

    monkeypatch.setattr(trials, "try_page", refused)
    for moment, before in BACKWARD:
        killed_at(moment, former.upgrade, before=before)
        assert refuses(former, gate.VERSION), moment[1]
    with pytest.raises(DomainError, match="a été remise en place"):
        former.upgrade()
    assert former.notice.is_open
    assert former.migration == FORMER
    assert former.ask(count) == kept


def test_a_killed_upgrade_that_touched_nothing_may_be_left_there(former: FormerInstance) -> None:
    killed_at((migrating, "_require_protected"), former.upgrade)
    assert maintenance.open_again(endpoints.endpoints(former.config))
    assert former.notice.is_open
    assert former.migration == FORMER
