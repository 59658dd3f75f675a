"""Write whom to talk to in a firm, correct it, and archive what is wrong."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from app.companies.models import Company
from app.core import journal
from app.core.access.elevation import writing_as_system
from app.core.access.identity import Identity
from app.core.database.locks import MEANWHILE, hold, take_turn
from app.core.errors import DomainError
from app.core.now import today, utcnow
from app.core.text.addresses import is_address
from app.core.text.bounds import normalised
from app.core.text.telephone import telephone_of
from app.interlocutors import policies, queries
from app.interlocutors.models import Interlocutor, InterlocutorSource

#: two agents who write the same person at the same moment: the second is told of the first
WRITING = 7_152_001
LONGEST = {"name": 120, "function": 120, "given_by": 200}
NOBODY = "Donnez le nom de cette personne."
NO_DAY = "Saisissez une date, par exemple 22/11/2026."
TOO_LATE = "Ce contact n’a pas pu être donné demain : choisissez aujourd’hui ou un jour passé."
GONE = "Quelqu’un vient d’archiver cette personne : ajoutez-la de nouveau s’il s’est trompé."
ALREADY = (
    "{name} a déjà ce téléphone ou cette adresse dans cette entreprise : corrigez plutôt sa fiche."
    " Si ce sont deux personnes, envoyez de nouveau."
)


class AlreadyKnownError(DomainError):
    """Somebody of the firm has the same telephone or address, and whoever writes was not told."""

    def __init__(self, other: Interlocutor) -> None:
        super().__init__(ALREADY.format(name=other.name), field="name")
        self.token = str(other.id)


@dataclass(frozen=True, kw_only=True)
class Described:
    """What an agent says of somebody of a firm."""

    name: str | None
    source: InterlocutorSource
    given_on: date | None
    function: str | None = ""
    telephone: str | None = ""
    email: str | None = ""
    given_by: str | None = ""


def add(
    session: Session, identity: Identity, company: Company, described: Described, *, told: str | None = None
) -> Interlocutor:  # fmt: skip
    """Write somebody of a firm within reach.

    Raise `AlreadyKnownError` when somebody there has the same telephone or address, unless ``told`` is its token.
    """
    if not policies.may_write(identity, company):
        raise DomainError("Cette entreprise n’est pas dans votre zone.")
    values = _values(described)
    _require_other(session, company.siren, values, told=told, but=None)
    person = Interlocutor(
        siren=company.siren, departments=company.departments, author_id=identity.agent_id, **values
    )
    session.add(person)
    session.flush()
    _record(session, identity, person, change="added")
    return person


def correct(
    session: Session, identity: Identity, person: Interlocutor, described: Described, *, shown: int | None,
    told: str | None = None,
) -> None:  # fmt: skip
    """Correct what is said of somebody; the journal keeps which parts changed, not what they say.

    ``shown``: the version that the page showed; raise `DomainError` when somebody corrected it since.
    """
    values = _values(described)
    _hold(session, person)
    if shown != person.version:
        raise DomainError(MEANWHILE)
    _require_other(session, person.siren, values, told=told, but=person.id)
    changed = journal.changes({name: getattr(person, name) for name in values}, values)
    if not changed:
        return
    for name in changed:
        setattr(person, name, values[name])
    person.version += 1
    session.flush()
    _record(session, identity, person, change="changed", fields=sorted(changed))


def archive(session: Session, identity: Identity, person: Interlocutor) -> None:
    """Show somebody to nobody any more: they left, or it was wrong. The row is kept as long as the rest of the firm’s."""
    _hold(session, person)
    _record(session, identity, person, change="archived")
    session.flush()
    # Once archived, whoever archives it does not read it either.
    with writing_as_system(session, identity, reason="Interlocuteur archivé"):
        person.archived_at, person.archived_by = utcnow(), identity.agent_id
        session.flush()


def _hold(session: Session, person: Interlocutor) -> None:
    hold(session, person)
    if person.archived_at is not None:
        raise DomainError(GONE)


def _values(described: Described) -> dict[str, object]:
    given_on = described.given_on
    if given_on is None:
        raise DomainError(NO_DAY, field="given_on")
    if given_on > today():
        raise DomainError(TOO_LATE, field="given_on")
    said = {
        name: getattr(described, name) or "" for name in ("name", "function", "telephone", "email")
    }
    return {
        **checked_ways(said),
        "source": described.source,
        "given_by": _line(described.given_by, "given_by"),
        "given_on": given_on,
    }


def checked_ways(said: Mapping[str, str]) -> dict[str, str]:
    """Return the name, the function and the ways to reach somebody as they are kept; raise `DomainError` on what cannot be."""
    email = normalised(said["email"])
    if email and not is_address(email):
        raise DomainError(f"« {email} » n’est pas une adresse électronique.", field="email")
    name = _line(said["name"], "name")
    if not name:
        raise DomainError(NOBODY, field="name")
    return {
        "name": name,
        "function": _line(said["function"], "function"),
        "telephone": telephone_of(said["telephone"], field="telephone"),
        "email": email,
    }


def _line(text: str | None, field: str) -> str:
    line = " ".join(normalised(text).split())
    if len(line) > LONGEST[field]:
        raise DomainError(f"Raccourcissez : {LONGEST[field]} caractères au plus.", field=field)
    return line


def _require_other(
    session: Session, siren: str, values: dict[str, object], *, told: str | None, but: int | None
) -> None:
    take_turn(session, WRITING, int(siren))
    telephone, email = str(values["telephone"]), str(values["email"])
    other = queries.find_same(session, siren, telephone=telephone, email=email, but=but)
    if other is not None and told != str(other.id):
        raise AlreadyKnownError(other)


def _record(session: Session, identity: Identity, person: Interlocutor, **details: object) -> None:
    """Journal what was done of somebody, never who they are."""
    journal.record(
        session, identity, journal.Event.INTERLOCUTOR_CHANGED, siren=person.siren,
        interlocutor=person.id, **details,
    )  # fmt: skip
