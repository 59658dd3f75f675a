"""What the change of a file would do to needs, before it is applied."""

from dataclasses import replace

from sqlalchemy.orm import Session

from app.core.access.identity import Identity
from app.referrals.criteria import in_force
from app.referrals.files.comparing import DirectoryComparison, EntryChange
from app.referrals.routing.cards import AntenneCard, Directory, ExpertCard
from app.referrals.routing.queries import load_directory
from app.referrals.routing.simulation import Simulation, simulate
from app.referrals.routing.trials import Trial, trial


def tried(session: Session, identity: Identity, compared: DirectoryComparison) -> tuple[Trial, Simulation]:  # fmt: skip
    """Return needs of the places and subjects that a file touches, and where they would go."""
    before = load_directory(session, identity)
    after = _after(before, compared)
    touched = [after.experts[key] for key in after.experts if after.experts[key] != before.experts.get(key)]  # fmt: skip
    was = [before.experts[each.id] for each in touched if each.id in before.experts]
    both = [*touched, *was]
    subject_ids = {number for each in both for number in each.subjects}
    areas = {area for each in both for area in each.areas}
    needs = trial(session, subject_ids=subject_ids, areas=areas)
    return needs, simulate(needs.needs, before, after)


def _after(before: Directory, compared: DirectoryComparison) -> Directory:
    """The directory as a file would leave it; what is new has negative numbers."""
    antennes = dict(before.antennes)
    new: dict[tuple[str, str], int] = {}
    cards = []
    for number, change in enumerate((*compared.added, *compared.changed), start=1):
        antenne = change.key.antenne
        if antenne is None:
            place = (change.key.institution, change.key.name)
            antenne_id = new.setdefault(place, -len(new) - 1)
            antennes[antenne_id] = AntenneCard(id=antenne_id, name=place[1], institution=place[0])
        else:
            antenne_id = antenne.id
            antennes.setdefault(
                antenne.id,
                AntenneCard(id=antenne.id, name=antenne.name, institution=antenne.institution.name, most=antenne.most),
            )  # fmt: skip
        known = before.experts.get(change.expert.id) if change.expert else None
        cards.append(_card(change, antenne_id, known or _unknown(-number)))
    for expert in compared.missing:
        cards.append(replace(before.experts[expert.id], is_archived=True))
    whole = Directory(
        subjects=before.subjects, antennes=antennes, experts=before.experts, fallbacks=before.fallbacks
    )  # fmt: skip
    return whole.with_experts(cards)


def _card(change: EntryChange, antenne_id: int, was: ExpertCard) -> ExpertCard:
    """The card of an expert as a line leaves it; what a file does not say, absences and open needs, stays as it ``was``."""
    entry, antenne, expert = change.entry, change.key.antenne, change.expert
    inherited = antenne.areas if antenne else change.key.areas
    above = (antenne.criteria, antenne.criteria_subjects) if antenne else ({}, [])
    criteria, limited = in_force((entry.criteria.stored, entry.criteria_subjects), above)
    is_closed = antenne is not None and antenne.institution.archived_at is not None
    is_out = change.archives or (expert is not None and expert.is_archived and not change.restores)
    return replace(
        was, name=entry.name, antenne_id=antenne_id, subjects=dict(entry.services), areas=frozenset(entry.areas or inherited),
        criteria=criteria, limited=limited, capacity=entry.capacity, is_archived=is_closed or is_out,
    )  # fmt: skip


def _unknown(number: int) -> ExpertCard:
    return ExpertCard(id=number, name="", antenne_id=0, subjects={}, areas=frozenset())
