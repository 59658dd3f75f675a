"""Every route has a policy, every policy a rule, and no route nor right comes or goes unnoticed."""

import csv

import pytest
from flask import Flask
from syrupy.assertion import SnapshotAssertion

from app.core.access.guard import GuardedFlask, Policy, Public, access
from app.core.access.identity import Identity, Role
from app.core.access.matrix import HEADINGS
from app.core.access.permissions import Permission, Rule, clauses, permits, rule_of


def test_a_route_without_policy_stops_the_application() -> None:
    guarded = GuardedFlask("unguarded")
    with pytest.raises(RuntimeError, match="leak: no access policy declared"):
        guarded.add_url_rule("/leak", "leak", lambda: "secret")


def test_a_predicate_without_an_object_to_check_stops_the_application() -> None:
    """The right to change *this* accompagnement must not become the right to change any."""
    rule = Rule(frozenset(Role), when=lambda _identity, _case: False)
    guarded = GuardedFlask("unchecked")
    guarded.add_url_rule("/cases", "cases", access(Permission.CASE_UPDATE)(lambda: "secret"))
    with (
        clauses.holding({Permission.CASE_UPDATE: rule}),
        pytest.raises(RuntimeError, match="needs an object"),
    ):
        guarded.check_policies()


def test_every_route_states_its_policy(app: GuardedFlask) -> None:
    for rule in app.url_map.iter_rules():
        policy = app.policy_of(rule.endpoint)
        assert isinstance(policy, (Public, Policy)), rule.endpoint
        if isinstance(policy, Policy):
            assert rule_of(policy.permission).roles


def test_every_permission_has_a_rule_and_is_used(app: GuardedFlask) -> None:
    used = {
        policy.permission
        for policy in map(app.policy_of, app.view_functions)
        if isinstance(policy, Policy)
    }
    for permission in Permission:
        assert rule_of(permission)
    assert {permission for permission in Permission if permission not in used} == set()


def test_the_access_matrix_is_the_one_we_know(app: Flask, snapshot: SnapshotAssertion) -> None:
    answer = app.test_cli_runner().invoke(args=["access", "matrix", "--csv"])
    assert answer.exit_code == 0, answer.output
    assert answer.output.splitlines() == snapshot


def test_the_matrix_reads_as_a_table_too(app: Flask) -> None:
    command = app.test_cli_runner().invoke
    rows = list(
        csv.reader(command(args=["access", "matrix", "--csv"]).output.splitlines(), delimiter=";")
    )
    text = command(args=["access", "matrix"]).output.splitlines()
    assert rows[0] == HEADINGS
    assert len(text) == len(rows)
    for line, row in zip(text, rows, strict=True):
        assert line.split() == " ".join(row).split()


def test_nobody_gets_anything_but_public_pages_without_signing_in(app: Flask) -> None:
    output = app.test_cli_runner().invoke(args=["access", "matrix", "--csv"]).output
    for row in csv.DictReader(output.splitlines(), delimiter=";"):
        is_public = not row["permission"]
        assert row["anonyme"] == ("public" if is_public else "401"), row["route"]


#: one's own pages: whoever may sign in opens them
OWN = {Permission.ACCOUNT_OWN, Permission.ACCOUNT_SECURE, Permission.NOTIFICATION_OWN}


def test_an_agent_without_rights_in_force_opens_their_own_pages_and_nothing_else(
    app: Flask,
) -> None:
    """Expired, withdrawn, never habilitated: on every route, whatever the role would open to somebody habilitated."""
    output = app.test_cli_runner().invoke(args=["access", "matrix", "--csv"]).output
    for row in csv.DictReader(output.splitlines(), delimiter=";"):
        is_theirs = not row["permission"] or row["permission"] in OWN
        answer = row["agent sans habilitation"]
        assert (answer == "403") is not is_theirs, row["route"]


def test_a_manager_without_rights_in_force_is_an_agent_without(app: Flask) -> None:
    for role in (Role.AGENT, Role.MANAGER):
        former = Identity(agent_id=1, name="Ancien", roles=frozenset({role}))
        assert {each for each in Permission if permits(former, each)} == OWN


def test_libraries_bring_no_command_that_changes_accounts_without_a_line(app: Flask) -> None:
    assert not {"users", "roles"} & set(app.cli.commands)  # type: ignore[attr-defined]
