"""Walking every address as somebody, and what the matrix and the factory say they get."""

import io
import re
import zipfile
from collections.abc import Collection, Iterator, Mapping

from flask import url_for
from werkzeug.test import TestResponse

from app.core.access.guard import Policy
from app.core.access.identity import Identity, Role
from app.core.access.matrix import PEOPLE, Answer, MatrixLine, lines
from app.core.access.permissions import Permission, permits
from app.core.access.rows import acting_as
from app.core.database.unit_of_work import TransactionalFlask
from app.core.errors import NotFoundError
from app.extensions import db
from tests.factories.crowd import KINDS, Crowd, Side
from tests.factories.network import system
from tests.factories.people import identity
from tests.support.client import InspectingClient
from tests.support.readers import sign_in_as, sign_out

#: queries that make a page show as much as it can
QUERIES = {"search.results": "?q=fictives"}
#: where any firm may be named: what one searches, what one opened, the journal for who reads it, the link that a firm holds
OF_ANYBODY = ("search.results", "readers.own", "audit.", "guichet_follow_up.")
REFUSED = frozenset({401, 403, 404})
#: what an instance has once a model is in service, once it says whom faults are told to, or what reads its metrics: none is so here
UNFILLED = frozenset({"algorithm.card", "metrics.show", "openly.security"})
#: who holds a role and no habilitation, where the columns of the matrix are of people who hold one
UNHABILITATED = frozenset({"admin", "scientist", "controller", "correspondent"})


def enter(browser: InspectingClient, crowd: Crowd, person: str) -> None:
    """Sign in as ``person``, or out as nobody."""
    number = crowd.people[person]
    sign_out(browser) if number is None else sign_in_as(browser, number)


def token(browser: InspectingClient, *, page: str = "/compte") -> str:
    """A valid CSRF token of the session."""
    html = browser.get(page).text
    found = re.search(r'name="csrf-token" content="([^"]+)"', html)
    assert found, html[:500]
    return found[1]


def published(app: TransactionalFlask, filename: str) -> str:
    """The address of a static file."""
    with app.test_request_context():
        return url_for("static", filename=filename)


def addresses(
    app: TransactionalFlask, arguments: Mapping[str, object], *methods: str
) -> Iterator[tuple[MatrixLine, str]]:
    """Each line of the matrix with the address that ``arguments`` complete; a new kind of argument must be added to the factory."""
    rules = {rule.rule: rule for rule in app.url_map.iter_rules()}
    for line in lines(app):
        # No session opens the API: `test_api` reads it by tokens.
        is_elsewhere = line.endpoint == "static" or line.endpoint.startswith("api.")
        if line.method not in methods or is_elsewhere:
            continue
        rule = rules[line.route]
        missing = rule.arguments - arguments.keys()
        assert not missing, f"{line.route}: no value for {missing}"
        with app.test_request_context():
            built = rule.build({name: arguments[name] for name in rule.arguments})
        assert built is not None, line.route
        yield line, built[1] + QUERIES.get(line.endpoint, "")


def refused_by_role(line: MatrixLine, person: str) -> int | None:
    """The status of a refusal that depends on who asks alone, `None` when what is asked about decides."""
    columns = [list(PEOPLE).index(kind) for kind in KINDS[person]]
    answers = {line.answers[column] for column in columns}
    if answers == {Answer.SIGN_IN}:
        return 401
    if person in UNHABILITATED and line.permission in {*Permission}:
        who = Identity(agent_id=0, name=person, roles=frozenset(map(Role, KINDS[person])))
        return None if permits(who, Permission(line.permission)) else 403
    return 403 if answers == {Answer.REFUSED} else None


def expected(
    app: TransactionalFlask, line: MatrixLine, side: Side, crowd: Crowd, person: str
) -> int | None:
    """The status of a refusal, `None` when ``person`` is not refused: the matrix, then who reaches and who is allowed."""
    by_role = refused_by_role(line, person)
    if by_role is not None:
        return by_role
    if line.endpoint in UNFILLED:
        return 404
    is_known = line.subject in side.reach and (not line.predicate or line.predicate in side.allowed)
    if line.subject and not is_known:
        return _derived(app, line, side, crowd, person)
    if line.subject and person not in side.reach[line.subject]:
        return int(line.out_of_reach)
    if line.predicate and person not in side.allowed[line.predicate]:
        return int(line.not_allowed)
    return None


def _derived(
    app: TransactionalFlask, line: MatrixLine, side: Side, crowd: Crowd, person: str
) -> int | None:
    """For an object that the factory says nothing of: what the policy itself answers."""
    policy, number = app.policy_of(line.endpoint), crowd.people[person]
    assert isinstance(policy, Policy)
    assert policy.subject is not None
    assert number is not None
    with system() as session:
        who = identity(session, number)
    db.session.rollback()
    with acting_as(who):
        try:
            value = side.arguments[policy.subject.argument]
            loaded = policy.subject.load(db.session(), who, value)
            return None if permits(who, policy.permission, loaded) else 403
        except NotFoundError:
            return 404
        finally:
            db.session.rollback()


def leaks(
    answer: TestResponse, line: MatrixLine, crowd: Crowd, person: str, *, sent: Collection[str]
) -> set[str]:
    """What the answer says, besides what was ``sent``, that ``person`` may not read: secrets, and names out of public pages."""
    body = said(answer)
    is_public = (
        "siren" in line.route or "siret" in line.route or line.endpoint.startswith(OF_ANYBODY)
    )
    told = set()
    for side in crowd.sides:
        told |= {
            secret
            for secret, readers in side.readers.items()
            if person not in readers and secret in body
        }
        # Before who may act is looked at, an agent reads who the firm is.
        if not is_public and person not in side.acquainted:
            told |= {word for word in (side.name, side.siren) if word in body}
    # The page that asks to sign in gives back the address, and what was being typed.
    return told - {f'"{text}"' for text in sent} - set(sent)


def secrets_of(answer: TestResponse, crowd: Crowd) -> set[str]:
    """The secrets that the answer says, rightly or not."""
    body = said(answer)
    return {secret for side in crowd.sides for secret in side.readers if secret in body}


def said(answer: TestResponse) -> str:
    """Everything an answer says: its headers, its text, what a workbook holds."""
    body = answer.get_data()
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as book:
            body = b"\n".join(book.read(name) for name in book.namelist())
    # A document holds pictures too.
    return f"{answer.headers}\n{body.decode(errors='replace')}"
