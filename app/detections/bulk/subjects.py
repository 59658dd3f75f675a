"""What acts on several at once are done to: firms here; the domains above register what else."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from sqlalchemy.orm import Session

from app.companies.models import Company
from app.core.access.identity import Identity
from app.core.slots import Slot
from app.detections.bulk import queries
from app.detections.bulk.models import BulkAct

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class BulkSubject(Generic[T]):
    """What an act is done to: how those chosen are found within reach, in the order they are told, and what is said of each."""

    code: str
    #: « entreprise », « de ces entreprises »
    one: str
    of_these: str
    find: Callable[[Session, Identity, Sequence[str]], Sequence[T]]
    #: the key under which one is chosen, and the firm that it is or is about
    key: Callable[[T], str]
    siren: Callable[[T], str]
    name: Callable[[T], str]
    #: the route of its page, and what it takes
    endpoint: str
    arguments: Callable[[T], Mapping[str, Any]]
    #: what is said of those that are not found: not even their name
    out_of_reach: str
    #: the page where they are chosen: what it is called, its route, what it takes
    listed: str
    list_endpoint: str
    list_arguments: Mapping[str, Any] = field(default_factory=dict)
    #: the files that may be made of them: format, and route, to which the number of the act is told
    files: Callable[[], Sequence[tuple[str, str]]]


#: what the domains above register besides firms
subjects: Slot[BulkSubject[Any]] = Slot("subjects of bulk acts")


def subject_of(act: BulkAct) -> BulkSubject[Any]:
    """Return what an act is done to."""
    return next(subject for subject in subjects if subject.code == act.subject)


FIRMS = BulkSubject[Company](
    code="firm",
    one="entreprise",
    of_these="de ces entreprises",
    find=queries.list_firms,
    key=lambda firm: firm.siren,
    siren=lambda firm: firm.siren,
    name=lambda firm: firm.name,
    endpoint="firm.understand",
    arguments=lambda firm: {"siren": firm.siren},
    out_of_reach="hors de votre zone",
    listed="Détections",
    list_endpoint="detections.index",
    list_arguments={"tout": 1},
    files=lambda: [("XLSX", "bulk.export")],
)
