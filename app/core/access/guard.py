"""Rings one and two: every route declares its policy or the application does not start; views receive objects, not ids."""

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
#: called with each object that somebody is allowed to open, before the view runs
Watcher = Callable[[Identity, Any], None]

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

#: the functions that record what is opened
watchers: Slot[Watcher] = Slot("watchers of opened objects")


@dataclass(frozen=True)
class Public:
    """The policy of a route that anybody may call, and why."""

    why: str


@dataclass(frozen=True)
class Policy:
    """The policy of a route: a permission and, for the route of an object, the subject it is checked against."""

    permission: Permission
    subject: "Subject | None" = None


@dataclass(frozen=True)
class Subject:
    """How a route finds its object: the URL ``argument``, ``load(session, identity, value)``, and the view's ``name`` for it."""

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
    """Declare the permission of a view. Before the view runs, the subject is loaded if within reach (else 404) and checked (else 403)."""

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
    """A Flask application that refuses to register a route without a policy."""

    #: policies of the routes that libraries register themselves, by endpoint
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
        """Raise `RuntimeError` when a route requires a permission that no domain declared, or has no object to check its predicate on."""
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
