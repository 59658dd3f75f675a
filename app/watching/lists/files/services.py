"""Look at what a file would add to a list of firms: nothing is added."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.core import journal
from app.core.access.identity import Identity
from app.watching.lists.files import numbers
from app.watching.lists.files.numbers import Misread
from app.watching.lists.models import CompanyList
from app.watching.lists.services import Filled, foresee


@dataclass(frozen=True, kw_only=True)
class Examined:
    """What a file would do: what becomes of its firms, how often firms came again, and each line left out, in order."""

    put: Filled
    repeated: int
    malformed: int
    left_out: Sequence[Misread]


def examine(
    session: Session, identity: Identity, known: CompanyList, *, content: bytes, name: str
) -> Examined:
    """Return what becomes of each line of a file, as if its numbers were pasted; raise `DomainError` when it is refused whole."""
    found = numbers.read(content, name)
    put = foresee(session, identity, known, list(found.lines))
    left_out = sorted([*found.misread, *_others(put, found.lines)], key=lambda line: line.number)
    journal.record(
        session, identity, journal.Event.COMPANY_LIST_FILLED,
        company_list=known.id, change="fichier examiné", count=len(found.lines),
    )  # fmt: skip
    return Examined(
        put=put, repeated=found.repeated, malformed=len(found.misread), left_out=left_out
    )


def _others(put: Filled, lines: Mapping[str, int]) -> Iterator[Misread]:
    reasons = {
        "Déjà sur la liste.": put.known,
        "Hors de votre zone : vous ne pouvez pas la lister.": put.out_of_reach,
        "Inconnue de Vigie.": put.unknown,
    }
    for reason, sirens in reasons.items():
        for siren in sirens:
            yield Misread(number=lines[siren], cell=siren, reason=reason)
