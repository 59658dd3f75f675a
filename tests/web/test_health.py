"""`/sante` says yes or no of each part of the service, to anybody, and nothing else."""

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.core.work import clock, jobs
from app.operations.health import queries


def test_without_worker_nor_clock_pages_are_served(client: FlaskClient) -> None:
    answer = client.get("/sante")
    assert answer.status_code == 200
    assert answer.json == {
        "etat": "degrade",
        "parties": {"base": True, "migrations": True, "horloge": False, "travaux": False},
    }


def test_the_clock_is_seen_while_it_holds_its_lock(app: Flask, client: FlaskClient) -> None:
    url = jobs.conninfo(app.config["VIGIE_ENDPOINTS"].app_url)
    with psycopg.connect(url, autocommit=True) as connection:
        assert clock.take_lock(connection)
        assert client.get("/sante").json["parties"]["horloge"] is True


def test_tables_of_another_version_are_not_served(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "is_current", lambda _: False)
    assert client.get("/sante").status_code == 503
