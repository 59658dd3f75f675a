"""What sign-in pages share: where they may lead, and what was being typed before."""

from app.core import drafts
from app.core.identity import Identity
from app.core.unit_of_work import apart


def local_path(target: str | None) -> str | None:
    """``target`` if it is a path of this site; an address elsewhere is dropped."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return None
    # Browsers drop tabs and line ends: « /<tab>/elsewhere » would lead elsewhere.
    if not target.isprintable():
        return None
    return target


def keep_typed(identity: Identity, *, path: str, fields: dict[str, list[str]]) -> None:
    """What was sent to a form that could not take it becomes its draft."""
    with apart(identity) as session:
        drafts.save(session, identity, form_path=path, fields=fields)
