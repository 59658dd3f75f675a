"""What was asked in the last hours: something waits for each person who signs in, and for the team."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.database.unit_of_work import unit_of_work
from app.core.now import at, today, utcnow
from app.demo.gestures.last_list import identity_of_person
from app.demo.orienting.asking import ADVISER
from app.demo.orienting.invented import names
from app.demo.orienting.invented.drawing import Themes
from app.demo.orienting.present import ask_through
from app.referrals.areas.gazetteer import gazetteer
from app.referrals.guichet.door import consent
from app.referrals.needs.models import ConsentHow, Origin, Solicitation
from app.referrals.needs.putting import SYSTEM
from app.referrals.needs.services import Consent, NewSolicitation, PersonToCall

#: numbers of the firms that nobody knows: beyond those of the two years
FIRST = 9_000


@dataclass(frozen=True, kw_only=True)
class WaitingNeed:
    """A need that nobody answered yet: its subjects, where, what is said, and how many hours ago."""

    subjects: Sequence[str]
    commune: str
    message: str
    hours: int
    by_adviser: bool = False


NEEDS = (
    WaitingNeed(
        subjects=("Étaler une dette sociale",), commune="21231", hours=30,
        message="L’échéance de ce mois ne passera pas en une fois.",
    ),
    WaitingNeed(
        subjects=("Renégocier un crédit, saisir la médiation du crédit", "Financer le besoin en fonds de roulement"),
        commune="25056", hours=26, message="La banque demande un plan avant vendredi.",
    ),
    WaitingNeed(
        subjects=("Étaler une dette fiscale",), commune="71076", hours=22, by_adviser=True,
        message="Le gérant a reçu une mise en demeure, il veut payer en dix mois.",
    ),
    WaitingNeed(
        subjects=("Recourir à l’activité partielle",), commune="21054", hours=20,
        message="Un client arrête une ligne : huit personnes sans travail dès lundi.",
    ),
    WaitingNeed(
        subjects=("Recourir à l’activité partielle",), commune="25388", hours=16, by_adviser=True,
        message="Trois semaines sans commande en janvier.",
    ),
    WaitingNeed(
        subjects=("Demander un mandat ad hoc ou une conciliation",), commune="21231", hours=6,
        message="Deux créanciers bloquent ; je voudrais en parler avant d’aller au tribunal.",
    ),
    # Nobody treats it there: the team has to find somebody.
    WaitingNeed(
        subjects=("Trouver des fonds propres",), commune="58194", hours=4,
        message="Il nous faut un associé pour passer l’année.",
    ),
)  # fmt: skip


def is_asked(session: Session) -> bool:
    """Whether all of it was."""
    last = names.unknown_siren(FIRST + len(NEEDS) - 1)
    return (
        session.scalar(select(Solicitation.id).where(Solicitation.siren == last).limit(1))
        is not None
    )


def ask(themes: Themes) -> None:
    """Ask what was not before a stop."""
    numbers = {label: number for subjects in themes.values() for number, label in subjects.items()}
    adviser = identity_of_person(ADVISER)
    with unit_of_work(SYSTEM) as session:
        known = set(session.scalars(select(Solicitation.siren)))
    for place, need in enumerate(NEEDS):
        siren = names.unknown_siren(FIRST + place)
        subject_ids = [numbers[label] for label in need.subjects if label in numbers]
        if siren in known or not subject_ids:
            continue
        who = adviser if need.by_adviser else SYSTEM
        with at(utcnow() - timedelta(hours=need.hours)), unit_of_work(who) as session:
            ask_through(session, who, _asked(need, siren, place, subject_ids))


def _asked(need: WaitingNeed, siren: str, place: int, subject_ids: Sequence[int]) -> NewSolicitation:  # fmt: skip
    name = f"{names.FIRST_NAMES[place]} {names.LAST_NAMES[place]}"
    how = ConsentHow.SPOKEN if need.by_adviser else ConsentHow.FORM
    return NewSolicitation(
        origin=Origin.ADVISER if need.by_adviser else Origin.GUICHET, siren=siren,
        firm_name=f"Société fictive n° {FIRST + place}", commune=gazetteer().find(need.commune),
        subject_ids=subject_ids, message=need.message, has_debt=None, is_first=True,
        asker=PersonToCall(name=name, telephone=names.telephone(FIRST + place), email=names.address(name, FIRST + place)),
        consent=Consent(how=how, by=name, on=today()),
        consent_text="" if need.by_adviser else consent.kept(),
    )  # fmt: skip
