"""What Vigie notices of a solicitation by itself: from what was asked, from public facts on the firm, never from an alert.

The team reads no firm: what is looked up is read with the system's rights, and only what it amounts to is told.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, and_, distinct, func, select, union
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from app.companies.models import Company
from app.core.access.elevation import reading_as_system
from app.core.text.labelled import LabelledEnum
from app.referrals.directory.models import ReferralSubject
from app.referrals.needs.models import FirmNeed, NeedState, Solicitation, SolicitationContact

#: two needs of a firm on the same subject within so many days may be one
SAME_WITHIN = timedelta(days=90)
#: characters below which a text says nothing
SHORTEST = 15


class SignalKind(LabelledEnum):
    """What there is to look at."""

    DUPLICATE = "doublon", "Même entreprise, même sujet"
    FAR = "loin", "Commune loin de l’entreprise"
    SEEN = "deja_vu", "Coordonnées déjà données pour d’autres entreprises"
    UNKNOWN = "inconnue", "Aucune entreprise connue à ce numéro"
    EMPTY = "vide", "Texte vide, ou presque"
    COPIED = "copie", "Texte déjà reçu d’une autre entreprise"


@dataclass(frozen=True, kw_only=True)
class CheckSignal:
    """Something noticed; ``need_id``: the former need it may repeat."""

    kind: SignalKind
    text: str
    need_id: int | None = None


#: what is noticed of each solicitation, by its number
Signals = Mapping[int, Sequence[CheckSignal]]


def signals_of(session: Session, asked: Sequence[Solicitation]) -> Signals:
    """Return what Vigie notices of solicitations: five statements, however many they are."""
    numbers = [each.id for each in asked]
    found: dict[int, list[CheckSignal]] = {number: [] for number in numbers}
    if not numbers:
        return found
    with reading_as_system(session, reason="Contrôle des demandes"):
        noticed = [
            *_duplicates(session, numbers), *_places(session, asked), *_seen(session, numbers),
            *_copied(session, numbers),
        ]  # fmt: skip
    noticed += [
        (each.id, _signal(SignalKind.EMPTY, "Il ne dit pas de quoi il s’agit."))
        for each in asked
        if len(each.message.strip()) < SHORTEST and each.erased_at is None
    ]
    for number, signal in noticed:
        found[number].append(signal)
    return found


def _duplicates(session: Session, numbers: Sequence[int]) -> Iterator[tuple[int, CheckSignal]]:
    """A former need of the same firm and subject, of the days before."""
    need, former, asked, before = FirmNeed, aliased(FirmNeed), Solicitation, aliased(Solicitation)
    pairs = (
        select(asked.id, former.id, former.state, before.created_at, ReferralSubject.label)
        .select_from(asked)
        .join(need, need.solicitation_id == asked.id)
        .join(
            before,
            and_(
                before.siren == asked.siren,
                before.id < asked.id,
                before.created_at >= asked.created_at - SAME_WITHIN,
            ),
        )
        .join(former, and_(former.solicitation_id == before.id, former.subject_id == need.subject_id))
        .join(ReferralSubject, ReferralSubject.id == need.subject_id)
        .where(asked.id.in_(numbers))
        .order_by(asked.id, former.id.desc())
    )  # fmt: skip
    for number, need_id, state, at, subject in session.execute(pairs):
        text = f"« {subject} », demandé le {at:%d/%m/%Y} : {NeedState(state).label}."
        yield number, CheckSignal(kind=SignalKind.DUPLICATE, text=text, need_id=need_id)


def _places(
    session: Session, asked: Sequence[Solicitation]
) -> Iterator[tuple[int, CheckSignal]]:  # fmt: skip
    """A firm that nobody knows, or that works in no establishment near the commune."""
    sirens = {each.siren for each in asked}
    known = select(Company.siren, Company.department, Company.departments)
    firms = {row.siren: row for row in session.execute(known.where(Company.siren.in_(sirens)))}
    for each in asked:
        firm = firms.get(each.siren)
        if firm is None:
            text = "Peut-être un particulier, ou un numéro mal recopié."
            yield each.id, _signal(SignalKind.UNKNOWN, text)
        elif each.department not in {firm.department, *firm.departments}:
            text = f"La demande est dans le {each.department}, où l’entreprise n’a pas d’établissement."
            yield each.id, _signal(SignalKind.FAR, text)


def _seen(session: Session, numbers: Sequence[int]) -> Iterator[tuple[int, CheckSignal]]:
    """An address or a telephone that other firms gave."""
    mine, other = SolicitationContact, aliased(SolicitationContact)
    asked, before = Solicitation, aliased(Solicitation)
    # Apart: asked for either, PostgreSQL would compare each request with every other, one by one.
    pairs = union(
        *(
            select(asked.id.label("asked"), before.siren.label("siren"))
            .join(mine, mine.solicitation_id == asked.id)
            .join(other, same)
            .join(before, and_(before.id == other.solicitation_id, before.siren != asked.siren))
            .where(asked.id.in_(numbers))
            for same in (
                and_(mine.email != "", func.lower(mine.email) == func.lower(other.email)),
                and_(mine.telephone != "", mine.telephone == other.telephone),
            )
        )
    ).subquery()
    counted = select(pairs.c.asked, func.count(distinct(pairs.c.siren))).group_by(pairs.c.asked)
    for number, count in session.execute(counted):
        said = "une autre entreprise" if count == 1 else f"{count} autres entreprises"
        yield number, _signal(SignalKind.SEEN, f"Données pour {said}.")


def _copied(session: Session, numbers: Sequence[int]) -> Iterator[tuple[int, CheckSignal]]:
    """The same words as a former solicitation of another firm."""
    asked, before = Solicitation, aliased(Solicitation)
    counted = (
        select(asked.id, func.count(before.id))
        .join(before, and_(_words(before.message) == _words(asked.message), before.id < asked.id, before.siren != asked.siren))
        .where(asked.id.in_(numbers), func.char_length(asked.message) >= SHORTEST)
        .group_by(asked.id)
    )  # fmt: skip
    for number, count in session.execute(counted):
        said = "une fois" if count == 1 else f"{count} fois"
        yield number, _signal(SignalKind.COPIED, f"Les mêmes mots sont déjà venus {said}.")


def _words(text: InstrumentedAttribute[str]) -> ColumnElement[str]:
    return func.lower(func.btrim(text))


def _signal(kind: SignalKind, text: str) -> CheckSignal:
    return CheckSignal(kind=kind, text=text)
