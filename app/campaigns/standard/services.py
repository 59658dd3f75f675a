"""Edit standard letters: write, rewrite, archive and bring back. What they said is kept, and so are the campaigns that began with it."""

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.campaigns.letters import checked
from app.campaigns.standard.models import LONGEST_LABEL, LetterVersion, StandardLetter
from app.core import journal
from app.core.access.identity import Identity
from app.core.database.locks import MEANWHILE, hold
from app.core.errors import DomainError
from app.core.now import utcnow
from app.core.text.bounds import require_text

EMPTY = "Écrivez la lettre."
SAME_LABEL = "Une lettre type porte déjà ce nom ; si elle est archivée, reprenez-la."


def add(
    session: Session, identity: Identity, *, label: str | None, body: str | None
) -> StandardLetter:
    """Write a standard letter; raise `DomainError` on a word that Vigie does not replace."""
    letter = StandardLetter(label=_label(label))
    said = _body(body)
    _write(session, letter)
    _add_version(session, identity, letter, said)
    _trace(session, identity, letter, change="ajoutée")
    return letter


def change(
    session: Session, identity: Identity, letter: StandardLetter, *,
    label: str | None, body: str | None, shown: int | None,
) -> None:  # fmt: skip
    """Rename a standard letter, or rewrite it; ``shown``: the version that the form showed."""
    named, said = _label(label), _body(body)
    hold(session, letter)
    if shown != letter.current.id:
        raise DomainError(MEANWHILE, field="body")
    renamed, rewritten = named != letter.label, said != letter.current.body
    if not renamed and not rewritten:
        return
    letter.label = named
    _write(session, letter)
    if rewritten:
        _add_version(session, identity, letter, said)
    fields = [name for name, is_new in (("label", renamed), ("body", rewritten)) if is_new]
    _trace(session, identity, letter, change="modifiée", fields=fields)


def switch(session: Session, identity: Identity, letter: StandardLetter) -> bool:
    """Archive a standard letter that is offered, or offer it again; return whether it is offered."""
    hold(session, letter)
    letter.archived_at = None if letter.archived_at else utcnow()
    session.flush()
    is_offered = letter.archived_at is None
    _trace(session, identity, letter, change="reprise" if is_offered else "archivée")
    return is_offered


def check(body: str | None) -> str:
    """Return a letter that may be kept; raise `DomainError` when it may not."""
    return _body(body)


def _body(text: str | None) -> str:
    return checked(require_text(text, field="body", absent=EMPTY), field="body")


def _label(text: str | None) -> str:
    label = require_text(text, field="label", absent="Donnez un nom à la lettre.")
    if len(label) > LONGEST_LABEL:
        raise DomainError(f"{LONGEST_LABEL} caractères au plus.", field="label")
    return label


def _write(session: Session, letter: StandardLetter) -> None:
    try:
        with session.begin_nested():
            session.add(letter)
            session.flush()
    except IntegrityError as error:
        if "uq_standard_letter_label" not in str(error.orig):
            raise
        raise DomainError(SAME_LABEL, field="label") from None


def _add_version(session: Session, identity: Identity, letter: StandardLetter, body: str) -> None:
    session.add(
        LetterVersion(
            letter_id=letter.id, body=body, author_id=identity.agent_id, written_at=utcnow()
        )
    )
    session.flush()


def _trace(
    session: Session, identity: Identity, letter: StandardLetter, *, change: str, fields: list[str] | None = None
) -> None:  # fmt: skip
    """Journal what was done of a letter, never what it says."""
    journal.record(
        session, identity, journal.Event.LETTER_CHANGED,
        standard_letter=letter.id, label=letter.label, change=change, changes=fields,
    )  # fmt: skip
