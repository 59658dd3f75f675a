"""Where persons are: what each domain gives, through a slot, of those it holds, and what may be done of them there."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import null, select
from sqlalchemy.orm import Session

from app.core.access.identity import Identity
from app.core.errors import DomainError
from app.core.now import day_of
from app.core.persons import index
from app.core.persons.sought import MatchGround, Sought
from app.core.slots import Slot
from app.core.text.french import siret_fr

#: whom to ask of a text
AUTHOR = "l’agent qui l’a écrit, ou un référent de l’accompagnement"
#: why a text is not erased because the person asks
WORK = (
    "Document de travail d’une mission d’intérêt public, gardé avec le dossier de l’entreprise (RGPD, article 17, § 3, b et d ; code du"
    " patrimoine, article L. 212-2) : son auteur peut le rectifier."
)


@dataclass(frozen=True, kw_only=True)
class HeldObject:
    """An object that holds something of a person: which, what it says of them field by field, and its texts, where others are named too."""

    object_id: int
    title: str
    #: the firm of a text, for whoever treats the request alone: that agents write of it is no business of the person's
    firm: str = ""
    #: label -> what is said of the person
    own: Mapping[str, str] = field(default_factory=dict)
    texts: Sequence[str] = ()
    day: date | None = None
    #: how the person of this object is reached, to tell homonyms apart; empty in texts
    email: str = ""
    telephone: str = ""
    #: what a rectification begins with, by name of field
    fields: Mapping[str, str] = field(default_factory=dict)

    @property
    def shown(self) -> str:
        """What names it to whoever treats the request."""
        return f"{self.title}, entreprise {siret_fr(self.firm)}" if self.firm else self.title

    def grounds(self, sought: Sought) -> frozenset[MatchGround]:
        """By what somebody is recognised in it."""
        return sought.grounds_in("\n".join((*self.own.values(), *self.texts)))


Finder = Callable[[Session, int, Sought], Sequence[int]]
Reader = Callable[[Session, Sequence[int]], Sequence[HeldObject]]


@dataclass(frozen=True, kw_only=True)
class PersonPlace:
    """A kind of object where persons are. ``read`` is called with the system's rights, on few objects."""

    kind: str
    label: str
    read: Reader
    #: whom to ask about such an object
    whom: str = AUTHOR
    #: finds the objects; none: the index of persons does
    find: Finder | None = None
    #: the names of the fields that a rectification may change: ``name``, ``function``, ``telephone``, ``email``
    fields: Sequence[str] = ()
    correct: Callable[[Session, Identity, int, Mapping[str, str]], None] | None = None
    #: erases what it says of the person, who is not written to any more
    erase: Callable[[Session, Identity, int], None] | None = None
    #: why it is not erased when the person asks
    retained: str = WORK

    def ids(self, session: Session, request_id: int, sought: Sought) -> Sequence[int]:
        """The numbers of the objects that may hold something of somebody, the last ones first, bounded."""
        if self.find is not None:
            return self.find(session, request_id, sought)
        return index.ids(session, request_id, self.kind, sought)


#: every place, lower domains first
person_places: Slot[PersonPlace] = Slot("places where persons are")


def place_of(kind: str) -> PersonPlace:
    """The place of a kind; raise `DomainError` when no domain has it any more."""
    for place in person_places:
        if place.kind == kind:
            return place
    raise DomainError("Ce genre d’objet n’existe plus.")


def text_place(kind: str, label: str, model: Any, *, texts: Sequence[Any], key: Any, day: Any, **said: Any) -> PersonPlace:  # fmt: skip
    """A place where agents, or firms, wrote freely. ``texts``, ``key``, ``day`` (or none): columns of ``model``, which may have a siren."""

    def read(session: Session, numbers: Sequence[int]) -> Sequence[HeldObject]:
        siren = getattr(model, "siren", None)
        firm = [siren] if hasattr(siren, "property") else []
        found = session.execute(
            select(key, null() if day is None else day, *texts, *firm).where(key.in_(numbers))
        ).all()
        return [
            HeldObject(
                object_id=row[0],
                title=label,
                firm=row[-1] if firm else "",
                day=day_of(row[1]) if isinstance(row[1], datetime) else row[1],
                texts=[text for text in row[2 : 2 + len(texts)] if text],
            )
            for row in sorted(found, reverse=True)
        ]

    return PersonPlace(kind=kind, label=label, read=read, **said)
