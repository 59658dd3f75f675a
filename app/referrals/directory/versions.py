"""Two people do not write over one another: a form of an entry that changed meanwhile is refused once."""

from app.core.errors import DomainError
from app.referrals.directory.models import Antenne, Expert

MEANWHILE = (
    "Quelqu’un a modifié « {} » pendant que vous écriviez : relisez sa fiche. Ce que vous avez saisi est gardé ;"
    " envoyez de nouveau pour remplacer ce qu’elle dit maintenant."
)


class ChangedMeanwhileError(DomainError):
    """An entry is no longer the one that the form showed; ``version``: which one it is."""

    def __init__(self, entry: Antenne | Expert) -> None:
        super().__init__(MEANWHILE.format(entry.name))
        self.version = entry.version


def require_version(entry: Antenne | Expert, *, shown: int | None) -> None:
    """Raise `ChangedMeanwhileError` unless ``shown`` is the version of an entry that was locked."""
    if shown != entry.version:
        raise ChangedMeanwhileError(entry)
