"""The backup of before put back in the place of what was migrated: the only restore that writes over an instance, closed and just saved.

Nothing was written since that backup but by the upgrade itself. Files were not touched: only the database goes back.
"""

from pathlib import Path

import psycopg

from app.core.database import endpoints
from app.core.database.endpoints import Endpoints
from app.core.errors import DomainError
from app.core.work.jobs import conninfo
from app.extensions import db
from app.operations.restores import loading, trials
from app.operations.sets import verifying
from app.operations.sets.keys import key_of
from app.operations.sets.store import provider_at
from config import Config

#: how long pages that were being served are waited for, before the tables go
WAITED = "60s"


def put_back(config: Config, urls: Endpoints, backup: str) -> None:
    """Put back ``backup``, ``<place>/<name>``; killed, it begins anew. Raise `DomainError`: the instance is then not whole."""
    source = Path(backup)
    store, key = provider_at(source.parent), key_of(config)
    manifest = verifying.verify(store, source.name, key)
    db.session.remove()
    with psycopg.connect(conninfo(urls.require_owner_url()), autocommit=True) as owner:
        owner.execute(f"set lock_timeout = '{WAITED}'")
        owner.execute("drop owned by current_user cascade")
    loading.load_database(urls, store, source.name, key)
    endpoints.prepare(config)
    wrong = [
        trial.told for trial in trials.try_contents(config, urls, manifest) if not trial.passed
    ]
    if wrong:
        raise DomainError(" ".join(wrong))
