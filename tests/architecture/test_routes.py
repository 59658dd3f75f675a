"""Every route has a policy, every policy a rule, and no route comes or goes unnoticed."""

import pytest
from flask import Flask
from syrupy.assertion import SnapshotAssertion

from app.core.access import GuardedFlask, Policy, Public
from app.core.permissions import Permission, rule_of


def test_a_route_without_policy_stops_the_application() -> None:
    guarded = GuardedFlask("unguarded")
    with pytest.raises(RuntimeError, match="leak: no access policy declared"):
        guarded.add_url_rule("/leak", "leak", lambda: "secret")


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


def test_the_routes_and_their_policies_are_those_we_know(
    app: GuardedFlask, snapshot: SnapshotAssertion
) -> None:
    assert [
        _line(app, rule)
        for rule in sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint))
    ] == snapshot


def _line(app: GuardedFlask, rule: "Flask.url_rule_class") -> str:  # type: ignore[name-defined]
    methods = ",".join(sorted(rule.methods - {"HEAD", "OPTIONS"}))
    policy = app.policy_of(rule.endpoint)
    if isinstance(policy, Public):
        return f"{methods} {rule.rule} {rule.endpoint} public: {policy.why}"
    assert isinstance(policy, Policy)
    subject = f" on {policy.subject.name}" if policy.subject else ""
    return f"{methods} {rule.rule} {rule.endpoint} {policy.permission}{subject}"
