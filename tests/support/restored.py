"""What tests of backups know of an instance: its files, its database, what is done there as its administrator."""

from typing import Any

import psycopg

from app.core.database.cluster import SUPERUSER, LocalCluster
from app.core.work.jobs import conninfo
from config import Config

FILES = {
    "archive/ab/abcd-debits.csv": b"a;b\n1;2\n", "lake/manifest.json": b"{}", "models/0123/model.cbm": b"\0" * 70_000,
    "runs/1/score.parquet": b"rows", "demo/files/x.csv": b"x", "journal/seals.jsonl": b"",
}  # fmt: skip
LEFT_OUT = {
    "secrets/vigie_secret_key": b"k", "static/a.css": b"", "lake/.import.lock": b"",
    "archive/.receiving-1": b"", "models/x.half": b"",
}  # fmt: skip


def superuser_of(cluster: LocalCluster, name: str) -> "psycopg.Connection[Any]":
    """A connection that sees and does everything in a database."""
    return psycopg.connect(
        host=str(cluster.socket_dir), user=SUPERUSER, dbname=name, autocommit=True
    )


def base_of(config: Config) -> str:
    """The name of the database of an instance."""
    return str(psycopg.conninfo.conninfo_to_dict(conninfo(config.database_url or ""))["dbname"])
