"""An upgrade from one end to the other, or from where a killed one was: it ends on the new version, or on the former one, whole."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NoReturn

from app.core import journal
from app.core.database.endpoints import Endpoints
from app.core.database.unit_of_work import unit_of_work
from app.core.errors import DomainError, told
from app.core.logging import get_logger
from app.core.maintenance import gate
from app.core.maintenance.notice import MaintenanceNotice, UpgradeInProgress, UpgradeStep
from app.core.now import utcnow
from app.operations import queries
from app.operations import services as records
from app.operations.backups import making
from app.operations.maintenance import services as maintenance
from app.operations.sets import verifying
from app.operations.sets.keys import key_of
from app.operations.sets.manifest import Manifest
from app.operations.sets.store import provider_at
from app.operations.upgrades import backing_out, migrating, planning, trying, writers
from config import Config

logger = get_logger(__name__)

UNTOUCHED = (
    "Mise à jour abandonnée : {}\nRien n’a changé : la base est à la migration {}, et Vigie sert de nouveau avec la version d’avant. "
    "Remettez-la sur le disque si ses processus ont été arrêtés ; réglez ce qui est dit, puis relancez la même commande."
)
PUT_BACK = (
    "Mise à jour abandonnée : {}\nLa sauvegarde {} a été remise en place et comparée : la base est de nouveau à la migration {}, "
    "aucune écriture n’est perdue. Remettez la version d’avant sur le disque et relancez ses processus ; signalez ce qui est dit."
)
NOT_WHOLE = (
    "La mise à jour a échoué ({}), et le retour en arrière n’est pas fini : {}\nVigie reste fermée. Réglez ce qui est dit et relancez la "
    "même commande : elle reprendra le retour. La sauvegarde {} contient tout : à défaut, restaurez-la dans une instance vide."
)
KILLED = "elle s’était arrêtée pendant le retour en arrière."


@dataclass(frozen=True, kw_only=True)
class Upgrading:
    """What an upgrade works with; ``tell`` says a sentence to whoever waits."""

    config: Config
    urls: Endpoints
    place: Path
    minutes: float
    tell: Callable[[str], None]


def upgrade(with_: Upgrading) -> bool:
    """Upgrade; return whether there was anything to do. Raise `DomainError`, which says in what state the instance is and what to do."""
    with maintenance.in_turn(), gate.maintaining():
        here = maintenance.found(with_.urls)
        match here.upgrade:
            case UpgradeInProgress(step=UpgradeStep.BACKING_OUT):
                _back_out(with_, here, KILLED)
            case UpgradeInProgress(step=UpgradeStep.TRYING):
                with writers.stopped(with_.urls):
                    _conclude(with_, here)
            case _:
                return _begin(with_, here)
    return True


def _begin(with_: Upgrading, here: MaintenanceNotice) -> bool:
    planned = planning.plan(with_.config, with_.urls, with_.place)
    if not planned.migrations:
        # A killed one may have left the instance closed on tables that are up to date.
        maintenance.post(with_.urls, replace(here, upgrade=None))
        return False
    if planned.against:
        maintenance.post(with_.urls, replace(here, upgrade=None))
        raise DomainError("\n".join(planned.against))
    progress = UpgradeInProgress(step=UpgradeStep.WAITING, since=utcnow(), former=planned.former)
    here = replace(here, upgrade=progress)
    try:
        maintenance.post(with_.urls, here)
        with_.tell("Vigie est fermée : ses pages le disent, les tâches en cours finissent.")
        writers.await_tasks(with_.urls, minutes=with_.minutes, tell=with_.tell)
        with writers.stopped(with_.urls):
            here = _migrated(with_, here)
            _conclude(with_, here)
    except BaseException as error:
        _reopen_untouched(with_, error, planned.former)
        raise
    return True


def _migrated(with_: Upgrading, here: MaintenanceNotice) -> MaintenanceNotice:
    here = _step(with_, here, UpgradeStep.SAVING)
    made = making.back_up(with_.config, with_.urls, provider_at(with_.place)).manifest
    with_.tell(f"Sauvegarde {made.name} faite et relue.")
    here = _step(with_, here, UpgradeStep.MIGRATING, backup=f"{with_.place}/{made.name}")
    after = _at(here, UpgradeStep.TRYING)
    migrating.migrate(with_.urls, after=after)
    with_.tell(f"Tables à la migration {gate.VERSION}.")
    return after


def _conclude(with_: Upgrading, here: MaintenanceNotice) -> None:
    """Try the new version on its tables, then open; or go back."""
    for trial in trying.try_all(with_.config, with_.urls):
        with_.tell(f"{'✓' if trial.passed else '✗'} {trial.name} : {trial.told}")
        if not trial.passed:
            _back_out(with_, here, f"{trial.name} : {trial.told}")
    try:
        _record(with_, _progress(here))
    except Exception as error:
        logger.warning("upgrade not written down", exc_info=error)
        _back_out(with_, here, told(error))
    maintenance.post(with_.urls, replace(here, upgrade=None))


def _back_out(with_: Upgrading, here: MaintenanceNotice, why: str) -> NoReturn:
    """Put the backup back, open, then raise `DomainError`: whatever happens, the upgrade did not succeed."""
    progress = _progress(here)
    backup = progress.backup or ""
    with_.tell(f"Retour en arrière : la sauvegarde {backup} est remise en place.")
    try:
        _step(with_, here, UpgradeStep.BACKING_OUT)
        backing_out.put_back(with_.config, with_.urls, backup)
        maintenance.post(with_.urls, replace(here, upgrade=None))
    except Exception as error:
        logger.error("upgrade not backed out", exc_info=error)
        raise DomainError(NOT_WHOLE.format(why, told(error), backup)) from error
    raise DomainError(PUT_BACK.format(why, backup, progress.former))


def _reopen_untouched(with_: Upgrading, error: BaseException, former: str) -> None:
    """Open again, with the sentence that says so, when the tables are as they were; otherwise leave the error to say what is."""
    here = maintenance.found(with_.urls)
    if here.upgrade is None or here.upgrade.step in maintenance.CHANGED:
        return
    maintenance.post(with_.urls, replace(here, upgrade=None))
    logger.warning("upgrade given up", exc_info=error)
    why = told(error) if isinstance(error, Exception) else "elle a été interrompue."
    raise DomainError(UNTOUCHED.format(why, former)) from error


def _record(with_: Upgrading, progress: UpgradeInProgress) -> None:
    """Write the backup and the upgrade down, in the tables of the new version; once, whoever was killed in between."""
    source = Path(progress.backup or "")
    made: Manifest = verifying.read_manifest(
        provider_at(source.parent), source.name, key_of(with_.config)
    )
    facts = records.Made(
        name=made.name, made_at=made.made_at, size=made.size, rows=sum(made.tables.values()),
        files=made.files, removed=(),
    )  # fmt: skip
    with unit_of_work(trying.TRYING) as session:
        if queries.find_backup(session, made.name) is not None:
            return
        records.record_backup(
            session, trying.TRYING, facts, place=str(source.parent), started_at=progress.since
        )
        journal.record(
            session, trying.TRYING, journal.Event.INSTANCE_UPGRADED,
            migrations=[progress.former, gate.VERSION], backup=made.name,
        )  # fmt: skip


def _step(
    with_: Upgrading, here: MaintenanceNotice, step: UpgradeStep, *, backup: str | None = None
) -> MaintenanceNotice:
    here = _at(here, step, backup=backup)
    maintenance.post(with_.urls, here)
    return here


def _at(
    here: MaintenanceNotice, step: UpgradeStep, *, backup: str | None = None
) -> MaintenanceNotice:
    progress = _progress(here)
    return replace(here, upgrade=replace(progress, step=step, backup=backup or progress.backup))


def _progress(here: MaintenanceNotice) -> UpgradeInProgress:
    if here.upgrade is None:
        raise RuntimeError("no upgrade is in progress")
    return here.upgrade
