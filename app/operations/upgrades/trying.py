"""What was migrated, tried before anybody enters."""

from collections.abc import Callable, Iterator

from app.core.access.identity import system_identity
from app.core.database import seeds
from app.core.database.endpoints import Endpoints
from app.core.database.unit_of_work import unit_of_work
from app.core.errors import told
from app.core.logging import get_logger
from app.operations.checks.every import look
from app.operations.checks.findings import Gravity, Looked
from app.operations.restores import trials
from app.operations.restores.trials import FailedTrialError, RestoreTrial
from config import Config

logger = get_logger(__name__)

TRYING = system_identity("Mise à jour")


def try_all(config: Config, urls: Endpoints) -> Iterator[RestoreTrial]:
    """Plant what the version adds to the lists of reference, then try: each trial as it ends, up to the first that fails."""
    attempts: dict[str, Callable[[], str]] = {
        "Listes de référence": _plant,
        "Sans identité, aucune ligne": lambda: trials.nothing_without_context(urls),
        "Chaîne et scellés du journal": lambda: trials.journal_is_intact(config, urls),
        "Contrôle de l’instance": lambda: _check(config),
        "Une page": trials.try_page,
    }
    for name, attempt in attempts.items():
        done = trials.timed(name, lambda attempt=attempt: _said(attempt))  # type: ignore[misc]
        yield done
        if not done.passed:
            return


def _said(attempt: Callable[[], str]) -> str:
    try:
        return attempt()
    except FailedTrialError:
        raise
    except Exception as error:
        # Whatever it is, this version does not work on these tables: that is what is looked for.
        logger.warning("trial failed", exc_info=error)
        raise FailedTrialError(told(error)) from error


def _plant() -> str:
    with unit_of_work(TRYING) as session:
        seeds.plant(session)
    return "Les listes de référence sont complètes."


def _check(config: Config) -> str:
    with unit_of_work(TRYING) as session:
        found = look(Looked(config=config, session=session))
    grave = [finding.told for finding in found if finding.gravity is Gravity.BLOCKING]
    if grave:
        raise FailedTrialError(" ".join(grave))
    return "Rien ne s’oppose au démarrage."
