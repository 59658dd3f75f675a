"""The access matrix: how each route answers each kind of person, derived from the policy itself.

``flask --app wsgi access matrix`` prints it. No cell is written by hand: each is what `permits` returns.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import cast

import click
from flask import Flask, current_app
from flask.cli import AppGroup
from werkzeug.routing import Rule as Route

from app.core.access.guard import SAFE_METHODS, GuardedFlask, Policy, Public
from app.core.access.identity import Identity, Role
from app.core.access.permissions import Permission, permits, rule_of

group = AppGroup("access", help="Qui voit quoi.")

#: methods that Flask derives from the declared one
DERIVED_METHODS = frozenset({"HEAD", "OPTIONS"})


class Answer(StrEnum):
    """What somebody gets from a route, before its object is considered."""

    PUBLIC = "public"
    READ = "lecture"
    WRITE = "écriture"
    SIGN_IN = "401"
    REFUSED = "403"


@dataclass(frozen=True, kw_only=True)
class MatrixLine:
    """One method of one route; ``answers`` in the order of `PEOPLE`."""

    route: str
    method: str
    endpoint: str
    permission: str
    answers: tuple[Answer, ...]
    #: name of the route's object, and the answer to somebody out of whose reach it is
    subject: str = ""
    out_of_reach: str = ""
    #: name of the predicate the object must satisfy, the answer when it does not, and the sentence shown then
    predicate: str = ""
    not_allowed: str = ""
    refusal: str = ""

    def cells(self) -> list[str]:
        """The line as the columns of `HEADINGS`."""
        return [
            self.route, self.method, self.endpoint, self.permission, *self.answers, self.subject,
            self.out_of_reach, self.predicate, self.not_allowed, self.refusal,
        ]  # fmt: skip


def _person(role: Role, *departments: str) -> Identity:
    return Identity(agent_id=0, name=role.value, roles=frozenset({role}), departments=departments)


#: each kind of person: anonymous, an agent whose rights have ended, then a habilitated holder of each role
PEOPLE: dict[str, Identity | None] = {
    "anonyme": None,
    "agent sans habilitation": _person(Role.AGENT),
    **{role.value: _person(role, "21") for role in Role},
}
HEADINGS = [
    "route", "méthode", "point d’entrée", "permission", *PEOPLE, "objet", "hors de portée",
    "prédicat", "à portée, non permis", "refus ou raison",
]  # fmt: skip


def init_app(app: Flask) -> None:
    """Register the command."""
    app.cli.add_command(group)


def answer(policy: Public | Policy, method: str, identity: Identity | None) -> Answer:
    """What ``identity`` gets from a route, regardless of its object."""
    if isinstance(policy, Public):
        return Answer.PUBLIC
    if identity is None:
        return Answer.SIGN_IN
    if not permits(identity, policy.permission):
        return Answer.REFUSED
    return Answer.READ if method in SAFE_METHODS else Answer.WRITE


def predicate_name(permission: Permission) -> str:
    """The name of the predicate that ``permission`` applies to an object; empty if it has none."""
    predicate = rule_of(permission).when
    return "" if predicate is None else str(getattr(predicate, "__name__", predicate))


def lines(app: GuardedFlask) -> Iterator[MatrixLine]:
    """Every method of every route, sorted by address."""
    for route in sorted(app.url_map.iter_rules(), key=lambda route: (route.rule, route.endpoint)):
        for method in sorted((route.methods or set()) - DERIVED_METHODS):
            yield _line(app, route, method)


def as_csv(app: GuardedFlask) -> str:
    """The matrix as CSV, separated by semicolons."""
    output = io.StringIO()
    writer = csv.writer(output, delimiter=";", lineterminator="\n")
    writer.writerow(HEADINGS)
    writer.writerows(line.cells() for line in lines(app))
    return output.getvalue()


def as_text(app: GuardedFlask) -> str:
    """The matrix in aligned columns, the sentences last."""
    rows = [HEADINGS, *(line.cells() for line in lines(app))]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


@group.command("matrix")
@click.option("--csv", "in_csv", is_flag=True, help="Séparée par des points-virgules.")
def matrix(in_csv: bool) -> None:
    """Dit ce que chacun obtient de chaque route, d’après la politique elle-même."""
    app = cast("GuardedFlask", current_app)
    click.echo(as_csv(app) if in_csv else as_text(app), nl=not in_csv)


def _line(app: GuardedFlask, route: Route, method: str) -> MatrixLine:
    policy = app.policy_of(route.endpoint)
    if policy is None:
        raise RuntimeError(f"{route.endpoint}: no access policy declared")
    answers = tuple(answer(policy, method, identity) for identity in PEOPLE.values())
    common = {"route": route.rule, "method": method, "endpoint": route.endpoint, "answers": answers}
    if isinstance(policy, Public):
        return MatrixLine(**common, permission="", refusal=policy.why)
    rule = rule_of(policy.permission)
    predicate = predicate_name(policy.permission)
    return MatrixLine(
        **common,
        permission=policy.permission.value,
        subject=policy.subject.name if policy.subject else "",
        out_of_reach="404" if policy.subject else "",
        predicate=predicate,
        not_allowed=Answer.REFUSED.value if predicate else "",
        refusal=rule.refusal,
    )
