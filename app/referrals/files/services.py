"""Keep a file of experts as it was sent, and apply it once confirmed, through the services of the directory: all or nothing."""

from collections.abc import Collection, Sequence
from datetime import timedelta

from sqlalchemy.orm import Session

from app.core import journal
from app.core.access.identity import Identity
from app.core.database.locks import hold, take_turn
from app.core.errors import DomainError
from app.core.now import utcnow
from app.core.text.folding import folded
from app.core.text.french import counted_fr
from app.core.web.files.uploads import shown_name
from app.referrals.directory import queries as entries
from app.referrals.directory.antennes import services as antennes
from app.referrals.directory.antennes.services import AntenneEntry
from app.referrals.directory.experts import services as experts
from app.referrals.directory.models import Antenne, Institution
from app.referrals.files import comparing, queries
from app.referrals.files.comparing import AntenneKey, DirectoryComparison, EntryChange
from app.referrals.files.models import DirectoryFile

DONE = "Ce fichier est déjà appliqué."
MEANWHILE = "Ce que ce fichier changerait n’est plus ce que vous avez lu : relisez, puis confirmez."
REFUSED = "Des lignes sont refusées : corrigez-les dans le fichier, puis renvoyez-le. Rien n’a été changé."
UNCONFIRMED = "Ce fichier archiverait {} qu’il ne nomme pas : cochez la case pour le confirmer. Rien n’a été changé."
NOTHING = "Il n’y a rien à appliquer."
#: files that one person sends in a day: each is kept
MOST, A_DAY = 30, timedelta(days=1)
TOO_MANY = f"{MOST} fichiers au plus en un jour : revenez demain."
SENDING = 7_162_004
#: two files at the same moment: the second is compared with what the first wrote
APPLYING = 7_162_005


def keep(
    session: Session, identity: Identity, *, content: bytes, name: str, is_complete: bool
) -> DirectoryFile:
    """Keep a file as it was sent: nothing is changed. Raise `DomainError` when it is refused whole."""
    comparing.read_lines(content, name)
    take_turn(session, SENDING, identity.agent_id or 0)
    if queries.count_since(session, identity, utcnow() - A_DAY) >= MOST:
        raise DomainError(TOO_MANY, field="file")
    kept = DirectoryFile(
        agent_id=identity.agent_id, name=shown_name(name), content=content, is_complete=is_complete
    )
    session.add(kept)
    session.flush()
    _record(session, identity, kept, change="received")
    return kept


def examine(session: Session, identity: Identity, kept: DirectoryFile) -> DirectoryComparison:
    """Return what a file would do today."""
    return comparing.compare(
        session, identity, content=kept.content, name=kept.name, is_complete=kept.is_complete
    )


def apply(
    session: Session, identity: Identity, kept: DirectoryFile, *, read: str, overwritten: Collection[int], archived: int = 0
) -> int:  # fmt: skip
    """Do what a file asks, as it was ``read``; of the lines changed here since the export, those ``overwritten`` alone.

    ``archived``: how many experts that a complete file does not name were confirmed to be archived.
    Return how many experts are touched; raise `DomainError`, and then nothing is written.
    """
    take_turn(session, APPLYING)
    hold(session, kept)
    if kept.applied_at is not None:
        raise DomainError(DONE)
    shown = examine(session, identity, kept)
    if shown.refused:
        raise DomainError(REFUSED)
    if shown.digest != read:
        raise DomainError(MEANWHILE)
    if archived != len(shown.missing):
        raise DomainError(UNCONFIRMED.format(counted_fr(len(shown.missing), "expert")))
    changed = [each for each in shown.changed if not each.is_conflict or each.line in overwritten]
    count = len(shown.added) + len(changed) + len(shown.missing)
    if not count:
        raise DomainError(NOTHING)
    _add(session, identity, shown.added)
    for each in changed:
        _change(session, identity, each)
    for expert in shown.missing:
        experts.set_archived(session, identity, expert, archived=True)
    kept.applied_at = utcnow()
    kept.outcome = {
        "added": len(shown.added), "changed": len(changed), "archived": len(shown.missing),
        "aside": len(shown.changed) - len(changed),
    }  # fmt: skip
    session.flush()
    _record(session, identity, kept, change="applied", count=count)
    return count


def _add(session: Session, identity: Identity, added: Sequence[EntryChange]) -> None:
    """Add experts, and first the antennes and institutions that nobody knew."""
    made: dict[tuple[str, str], Antenne] = {}
    institutions = {folded(each.name): each for each in entries.list_institutions(session, identity)}  # fmt: skip
    for each in added:
        key, place = each.key, (folded(each.key.institution), folded(each.key.name))
        antenne = key.antenne or made.get(place)
        if antenne is None:
            antenne = made[place] = _new_antenne(session, identity, key, institutions)
        experts.add(session, identity, antenne, each.entry)


def _new_antenne(
    session: Session, identity: Identity, key: AntenneKey, institutions: dict[str, Institution]
) -> Antenne:  # fmt: skip
    known = institutions.get(folded(key.institution))
    if known is None:
        known = antennes.add_institution(session, identity, name=key.institution)
        institutions[folded(key.institution)] = known
    made = antennes.add(session, identity, known, AntenneEntry(name=key.name, areas=list(key.areas)))  # fmt: skip
    return entries.get_antenne(session, identity, made.id)


def _change(session: Session, identity: Identity, change: EntryChange) -> None:
    expert = change.expert
    if expert is None:
        return
    if change.restores:
        experts.set_archived(session, identity, expert, archived=False)
    if change.differences:
        experts.change(session, identity, expert, change.entry, shown=expert.version)
    if change.archives:
        experts.set_archived(session, identity, expert, archived=True)


def _record(session: Session, identity: Identity, kept: DirectoryFile, *, change: str, count: int = 0) -> None:  # fmt: skip
    journal.record(
        session, identity, journal.Event.DIRECTORY_IMPORTED, directory_file=kept.id, change=change, count=count
    )  # fmt: skip
