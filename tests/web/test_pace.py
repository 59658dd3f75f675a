"""Searches and exports are counted in the journal, and refused for a while beyond a number."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

from app.core import journal
from app.core.database.cluster import LocalCluster
from app.core.database.unit_of_work import TransactionalFlask
from app.core.journal import Event
from app.core.now import utcnow
from app.core.web.pace import EXPORTS
from app.extensions import db
from tests.factories.detections import Alerted, publish_list
from tests.factories.journal import superuser_of, write_then
from tests.factories.network import system
from tests.factories.people import World, identity
from tests.support.client import InspectingClient
from tests.support.journaled import journaled
from tests.support.readers import open_session
from tests.web.journals import read


def test_too_many_searches_are_refused_for_a_while(
    client: InspectingClient, world: World, few: None
) -> None:
    read(client, world.alice, *["/recherche?q=forges"] * 3)
    answer = client.get("/recherche?q=forges")
    assert answer.status_code == 429
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    assert "Vous avez fait 3 recherches en une minute" in answer.text
    fragment = client.get("/recherche?q=forges", headers={"HX-Request": "true"})
    assert (fragment.status_code, "<html" in fragment.text) == (429, False)
    assert "Réessayez dans" in fragment.text
    assert len(journaled(Event.SEARCHED)) == 3
    read(client, world.bob, "/recherche?q=forges")


def test_searches_of_more_than_a_minute_ago_no_longer_count(
    app: TransactionalFlask,
    cluster: LocalCluster,
    client: InspectingClient,
    world: World,
    few: None,
) -> None:
    with superuser_of(app, cluster) as superuser:
        for seconds in (70, 65, 20, 10):
            moment = utcnow() - timedelta(seconds=seconds)
            write_then(superuser, moment, actor_id=world.alice, actor_name="Alice Fictif")
    read(client, world.alice, "/recherche?q=forges")
    answer = client.get("/recherche?q=forges")
    assert answer.status_code == 429
    assert 35 <= int(answer.headers["Retry-After"]) <= 41, "until the third last is a minute old"


def test_exports_of_all_sorts_count_together(
    client: InspectingClient, world: World, few: None
) -> None:
    with system() as session:
        listed = publish_list(session, Alerted(siren=world.siren_21, department="21"))
        path = f"/detections/{listed.id}/export.xlsx"
        alice = identity(session, world.alice)
    journal.record_apart(db.engine, alice, Event.JOURNAL_EXPORTED)
    read(client, world.alice, path)
    answer = client.get(path)
    assert answer.status_code == 429
    assert "2 exports en une heure" in answer.text
    assert 3500 < int(answer.headers["Retry-After"]) <= 3600


def test_what_is_sent_at_once_is_counted_all_the_same(
    app: TransactionalFlask, world: World, few: None
) -> None:
    """Each of several browsers of one person would see nothing of what the others are taking out."""
    with system() as session:
        listed = publish_list(session, Alerted(siren=world.siren_21, department="21")).id
    key, ready = open_session(world.alice), Barrier(4)

    def export(_turn: int) -> int:
        with app.app_context():
            browser = app.test_client()
            browser.set_cookie("vigie", key)
            ready.wait()
            return browser.get(f"/detections/{listed}/export.xlsx").status_code

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(export, range(4))) == [200, 200, 429, 429]


def test_whatever_takes_data_out_is_paced(app: TransactionalFlask) -> None:
    """A new export that forgets its pace is seen here: its address has an extension."""
    files = [
        rule.endpoint
        for rule in app.url_map.iter_rules()
        # The template of a file to fill in holds nothing; open data are everybody's.
        if re.search(r"\.(csv|xlsx|<any)", rule.rule)
        and rule.endpoint not in {"habilitations.import_template", "public_stats.open_data"}
    ]
    assert {"detections.export", "imports.rejects", "audit.export"} <= set(files)
    for endpoint in files:
        assert getattr(app.view_functions[endpoint], "pace", None) is EXPORTS, endpoint
