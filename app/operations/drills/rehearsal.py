"""The restore of a drill: a home, a cluster and a process of its own, all thrown away."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path
from typing import Any

from app.core.database.binaries import find_tools
from app.core.database.cluster import local_cluster
from app.core.errors import DomainError
from app.operations.sets import verifying
from app.operations.sets.keys import BackupKey, key_of
from app.operations.sets.manifest import Manifest
from app.operations.sets.store import provider_at
from config import ROOT, Config

SCRATCH = ".exercice-"
NO_PLACE = "Aucun lieu de sauvegarde n’est réglé : définissez VIGIE_BACKUP_TO."
#: what the process of a drill must not inherit: the database and the keys of the instance go by another way, or not at all
OURS = ("VIGIE_", "DATABASE_", "FLASK_")


def rehearse(config: Config) -> dict[str, Any]:
    """Restore the last backup and try it: ``backup``, ``made_at``, ``seconds``, ``trials``. Raise `DomainError` when it cannot be."""
    if config.backup_to is None:
        raise DomainError(NO_PLACE)
    store, key = provider_at(config.backup_to), key_of(config)
    names = store.names()
    if not names:
        raise DomainError(f"Aucune sauvegarde complète dans {store.place}.")
    # Told at once, rather than after a cluster was made; the restore verifies by itself, as an operator's does.
    manifest = verifying.verify(store, names[-1], key)
    began = time.monotonic()
    trials = _restored(config, config.backup_to / names[-1], manifest, key)
    seconds = round(time.monotonic() - began, 1)
    made_at: datetime = manifest.made_at
    return {"backup": names[-1], "made_at": made_at, "seconds": seconds, "trials": trials}


def _restored(config: Config, source: Path, manifest: Manifest, key: BackupKey) -> Any:
    for left in config.home.glob(f"{SCRATCH}*"):
        throw_away(left)
    scratch = Path(tempfile.mkdtemp(dir=config.home, prefix=SCRATCH))
    try:
        answer = subprocess.run(  # noqa: S603 - our own command
            [sys.executable, "-m", "flask", "--app", "wsgi", "instance", "rehearse", str(source)],
            cwd=ROOT, env=_environment(config, scratch, manifest, key), capture_output=True, text=True, check=False,
        )  # fmt: skip
    finally:
        throw_away(scratch)
    if answer.returncode != 0:
        said = answer.stderr.strip().splitlines() or ["sans rien dire"]
        raise DomainError(f"La restauration s’est arrêtée : {said[-1].removeprefix('Erreur : ')}")
    return json.loads(answer.stdout.splitlines()[-1])


def _environment(
    config: Config, scratch: Path, manifest: Manifest, key: BackupKey
) -> dict[str, str]:
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(OURS) or name == "VIGIE_PG"
    }
    return {
        **inherited,
        "PG_BINDIR": os.environ.get("PG_BINDIR") or str(find_tools(manifest.postgresql).bin),
        "VIGIE_HOME": str(scratch),
        "VIGIE_SECRET_KEY": config.secret_key,
        "VIGIE_JOURNAL_KEY": config.require_journal_key(),
        "VIGIE_BACKUP_KEY": key.secret,
        # A drill sends nothing and answers nobody: no mail server, no provider of identities is told to it.
        "VIGIE_PUBLIC_URL": "http://127.0.0.1:5000",
    }


def throw_away(scratch: Path) -> None:
    """Stop the cluster of a drill and remove its files, which are elsewhere when the account of PostgreSQL cannot enter the home."""
    if (scratch / "pg-location").exists():
        cluster = local_cluster(scratch)
        cluster.stop()
        if not cluster.location.is_relative_to(scratch):
            shutil.rmtree(cluster.location.parent)
        if not cluster.socket_dir.is_relative_to(cluster.location):
            shutil.rmtree(cluster.socket_dir, ignore_errors=True)
    shutil.rmtree(scratch)
