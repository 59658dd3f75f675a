"""Many agents write about one firm at the same moment, each naming the next: everything once, however often the worker dies."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from app.accounts.models import Administration, Agent
from app.core.access.identity import Role
from app.core.database.unit_of_work import TransactionalFlask
from app.messages.models import Email, Reason
from app.network.models import Comment, Notification
from tests.factories.network import follow, network_id, system
from tests.factories.people import VALIDATOR, Grants, World
from tests.support.attack import WIDTH
from tests.support.client import TOKEN, QuietClient
from tests.support.readers import open_session
from tests.support.waiting import wait_for
from tests.support.workers import start_worker, working

pytest_plugins = ["tests.factories.region"]

#: agents who write, each of whom follows the firm
MANY = 10 if WIDTH == 1 else 50
KILLS = 1 if WIDTH == 1 else 5
#: at once: a web process has as many threads
AT_ONCE = 8


@pytest.fixture
def writers(world: World) -> list[int]:
    """Agents of one département who follow the firm."""
    with system() as session:
        grants = Grants(session, _validator(session))
        known = [
            grants.agent(
                f"plume{chr(97 + place // 26)}{chr(97 + place % 26)}", Administration.URSSAF, [Role.AGENT],
                zone="21", networks=["codefi"],
            )
            for place in range(MANY)
        ]  # fmt: skip
    for person in known:
        follow(person, world.siren_21)
    return known


def test_every_comment_notification_and_email_is_there_once(
    app: TransactionalFlask, world: World, writers: list[int], home: Path
) -> None:
    codefi = network_id("codefi")
    names = names_of(writers)
    cookies = {person: open_session(person) for person in writers}

    def write(place: int) -> int:
        named = names[(place + 1) % MANY]
        with app.app_context():
            browser = QuietClient(app, app.response_class)
            browser.set_cookie("vigie", cookies[writers[place]])
            path = f"/entreprises/{world.siren_21}/commentaires"
            token = TOKEN.search(browser.get(path).text)
            assert token
            said = {
                "body": f"@{named}, numéro {place}",
                "network_id": codefi,
                "csrf_token": token[1],
            }
            return browser.post(path, data=said).status_code

    with ThreadPoolExecutor(AT_ONCE) as pool:
        assert set(pool.map(write, range(MANY))) == {303}
    assert count(select(func.count()).select_from(Comment)) == MANY

    wanted = MANY * (MANY - 1)
    for kill in range(1, KILLS + 1):
        worker = start_worker(app, home)
        wait_for(lambda: told() >= wanted * (kill - 1) // (KILLS + 1) + 1)  # noqa: B023 - waited for within the turn
        worker.kill()
        worker.wait()
    assert told() < wanted, "killed too late to prove anything"
    with working(app, home):
        wait_for(lambda: told() == wanted and not waiting())
    with system() as session:
        reasons = Counter(session.scalars(select(Notification.reason)))
        emails = session.scalars(select(Email.agent_id)).all()
    mentioned = Reason.MENTIONED.value
    assert reasons == {mentioned: MANY, Reason.FOLLOWED.value: wanted - MANY}
    assert sorted(emails) == sorted(writers)


def told() -> int:
    return count(select(func.count()).select_from(Notification))


def waiting() -> int:
    return count(text("select count(*) from procrastinate_jobs where status in ('todo', 'doing')"))


def count(statement) -> int:  # type: ignore[no-untyped-def]
    with system() as session:
        return int(session.scalar(statement) or 0)


def names_of(people: list[int]) -> list[str]:
    with system() as session:
        known = dict(session.execute(select(Agent.id, Agent.full_name)).all())
    return [known[person] for person in people]


def _validator(session):  # type: ignore[no-untyped-def]
    return session.scalars(select(Agent).where(Agent.email == VALIDATOR)).one()
