"""Rings one and two: every route states its policy or the application does not start; views receive objects, not ids."""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask.typing import ResponseReturnValue, RouteCallable
from werkzeug.exceptions import Forbidden, NotFound, Unauthorized

from app.core.access.identity import Identity
from app.core.access.permissions import Permission, permits, rule_of
from app.core.access.rows import current_identity
from app.core.errors import NotFoundError
from app.core.slots import Slot
from app.extensions import db

View = Callable[..., ResponseReturnValue]
Loader = Callable[..., Any]
#: hears of each object that somebody is allowed to open, before the view runs
Watcher = Callable[[Identity, Any], None]

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

#: those who keep a trace of what is opened
watchers: Slot[Watcher] = Slot("watchers of what is opened")


@dataclass(frozen=True)
class Public:
    """The policy of a route that anybody may call, and why."""

    why: str


@dataclass(frozen=True)
class Policy:
    """The policy of a route: a permission and, for an object's route, the subject it is checked on."""

    permission: Permission
    subject: "Subject | None" = None


@dataclass(frozen=True)
class Subject:
    """How a route finds its object: ``argument`` of the URL, ``load(session, identity, value)``, name given to the view."""

    name: str
    argument: str
    load: Loader


def public(*, why: str) -> Callable[[View], View]:
    """Declare that a view needs no identity, and why."""

    def declare(view: View) -> View:
        view.policy = Public(why)  # type: ignore[attr-defined]
        return view

    return declare


def access(permission: Permission, *, subject: Subject | None = None) -> Callable[[View], View]:
    """Declare the permission of a view. The subject is loaded within reach (404) and checked (403) before the view runs."""

    def declare(view: View) -> View:
        @functools.wraps(view)
        def guarded(**arguments: Any) -> ResponseReturnValue:
            identity = require_identity()
            if not permits(identity, permission):
                raise Forbidden(rule_of(permission).refusal)
            if subject is not None:
                arguments[subject.name] = _loaded(identity, permission, subject, arguments)
            return view(**arguments)

        guarded.policy = Policy(permission, subject)  # type: ignore[attr-defined]
        return guarded

    return declare


def require_identity() -> Identity:
    """The identity of the request; 401 when nobody is signed in."""
    identity = current_identity()
    if identity is None:
        raise Unauthorized
    return identity


def _loaded(
    identity: Identity, permission: Permission, subject: Subject, arguments: dict[str, Any]
) -> Any:
    try:
        loaded = subject.load(db.session(), identity, arguments.pop(subject.argument))
    except NotFoundError:
        raise NotFound from None
    if not permits(identity, permission, loaded):
        raise Forbidden(rule_of(permission).refusal)
    for watcher in watchers:
        watcher(identity, loaded)
    return loaded


class GuardedFlask(Flask):
    """A Flask that refuses, at registration, a route without a policy."""

    #: policies of routes that libraries register themselves, by endpoint
    third_party_policies: dict[str, Public | Policy]

    def add_url_rule(
        self,
        rule: str,
        endpoint: str | None = None,
        view_func: RouteCallable | None = None,
        provide_automatic_options: bool | None = None,
        **options: Any,
    ) -> None:
        """Register a route; raise `RuntimeError` when its view declares no policy."""
        name = endpoint or str(getattr(view_func, "__name__", ""))
        if view_func is not None and self.policy_of(name, view_func) is None:
            raise RuntimeError(f"{name}: no access policy declared")
        super().add_url_rule(rule, endpoint, view_func, provide_automatic_options, **options)

    def check_policies(self) -> None:
        """Raise `RuntimeError` when a route demands a permission that no domain declared, or could not check its predicate."""
        for endpoint in self.view_functions:
            policy = self.policy_of(endpoint)
            if not isinstance(policy, Policy):
                continue
            if rule_of(policy.permission).when is not None and policy.subject is None:
                raise RuntimeError(
                    f"{endpoint}: {policy.permission} needs an object to be checked on"
                )

    def policy_of(self, endpoint: str, view: RouteCallable | None = None) -> Public | Policy | None:
        """The policy of ``endpoint``, ``None`` if it has none."""
        view = view or self.view_functions.get(endpoint)
        declared = getattr(view, "policy", None)
        if declared is None:
            declared = getattr(type(self), "third_party_policies", {}).get(endpoint)
        return declared


GuardedFlask.third_party_policies = {
    "static": Public("feuilles de style et scripts, les mêmes pour tous"),
}
