"""Who sees where data come from and who handles them; the decisions a batch allows."""

from app.core.access.identity import Role
from app.core.access.permissions import Permission, Rule
from app.imports.models import Batch, BatchState, Decision
from scoring.vocabulary import CheckLevel

READERS = frozenset({Role.AGENT, Role.MANAGER, Role.DATA_SCIENTIST, Role.ADMINISTRATEUR})
HANDLERS = frozenset({Role.DATA_SCIENTIST, Role.ADMINISTRATEUR})

RULES = {
    Permission.IMPORTS_READ: Rule(READERS, needs_habilitation=False),
    Permission.IMPORTS_MANAGE: Rule(
        HANDLERS,
        needs_habilitation=False,
        refusal="Les imports sont réservés aux administrateurs et aux data scientists.",
    ),
    Permission.IMPORTS_DECIDE: Rule(
        frozenset({Role.ADMINISTRATEUR}),
        needs_habilitation=False,
        refusal="L’envoi de fichiers et les décisions sur un lot sont réservés aux administrateurs.",
    ),
}

#: the decisions a batch allows, by its state
_POSSIBLE = {
    BatchState.WAITING: (Decision.PUBLISH, Decision.ABANDON),
    BatchState.PUBLISHED: (Decision.REPLAY, Decision.ROLLBACK),
    BatchState.FAILED: (Decision.REPLAY,),
    BatchState.ABANDONED: (Decision.REPLAY,),
    BatchState.WITHDRAWN: (Decision.REPLAY,),
}


def must_wait(batch: Batch) -> bool:
    """Return whether a person decides before the batch is published: a red check, or an upload to review."""
    return batch.is_held or batch.level is CheckLevel.RED


def possible_decisions(batch: Batch) -> tuple[Decision, ...]:
    """Return the decisions that a batch allows as it stands; a batch without files cannot be replayed."""
    possible = _POSSIBLE.get(batch.state, ())
    return tuple(kind for kind in possible if kind is not Decision.REPLAY or batch.files)
