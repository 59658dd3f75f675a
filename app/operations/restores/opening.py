"""Opening what was restored: tried, brought to the last migration, its sessions closed, the restore journaled."""

from flask_migrate import upgrade
from sqlalchemy import delete

from app.accounts.models import AgentSession
from app.core import journal
from app.core.access.identity import system_identity
from app.core.database.endpoints import Endpoints
from app.core.database.unit_of_work import unit_of_work
from app.operations.restores import loading, trials
from app.operations.restores.trials import RestoreTrial
from app.operations.sets.manifest import Manifest
from config import Config

RESTORING = system_identity("Restauration")


def open_place(config: Config, urls: Endpoints, manifest: Manifest) -> list[RestoreTrial]:
    """Try what was restored, then open the place if all is well; return the trials."""
    done = trials.try_contents(config, urls, manifest)
    if not all(trial.passed for trial in done):
        return done
    upgrade()
    with unit_of_work(RESTORING) as session:
        # A session that was closed since must not come back to life, nor one be held by whoever kept its cookie.
        session.execute(delete(AgentSession))
        journal.record(
            session, RESTORING, journal.Event.INSTANCE_RESTORED,
            backup=manifest.name, made_at=manifest.made_at,
        )  # fmt: skip
    done.append(trials.timed("Une page", trials.try_page))
    if done[-1].passed:
        loading.finish(config)
    return done
