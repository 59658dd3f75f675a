"""The one thing to do next about a firm: what it is depends on where the case stands."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for

from app.campaigns.models import FirmContact
from app.cases.models import Case
from app.companies.models import Company, Establishment
from app.core.text.french import date_fr, datetime_fr
from app.unlocks.models import Unlock
from app.visits.models import Visit


@dataclass(frozen=True, kw_only=True)
class Action:
    """A link to an act."""

    label: str
    url: str


@dataclass(frozen=True, kw_only=True)
class NextStep:
    """What to do next, and why: the first action is the main one."""

    sentence: str
    actions: Sequence[Action]


@dataclass(frozen=True, kw_only=True)
class Situation:
    """What is known of a firm by whoever reads its page.

    ``cases``: open ones first, with their outcomes; ``visits``: latest first; ``openable``: where the reader may open an accompagnement;
    ``visitable``: where they may log a visit; ``is_watched``: in alert, flagged or visited; ``unlock``: theirs, in force.
    """

    company: Company
    cases: Sequence[Case]
    visits: Sequence[Visit]
    openable: Sequence[Establishment]
    visitable: Establishment | None
    is_watched: bool
    can_unlock: bool
    unlock: Unlock | None
    #: the contact that somebody took with it and has not settled, and whether the reader did
    being_contacted: FirmContact | None = None
    is_mine: bool = False


def next_step(known: Situation) -> NextStep | None:
    """Return what to do next: contact, then visit, open, follow, open again; `None` when nothing is asked."""
    case = known.cases[0] if known.cases else None
    if case is not None and case.is_open:
        return _of_open_case(known, case)
    if known.being_contacted is not None:
        return _of_contact(known, known.being_contacted)
    if known.is_watched and not known.visits and known.visitable:
        return NextStep(
            sentence="Personne n’a encore consigné de contact avec l’entreprise.",
            actions=_visit(known, "Consigner un contact"),
        )
    if case is not None and known.openable:
        return _of_closed_case(known, case)
    if known.is_watched and known.visits and known.openable:
        last = known.visits[0]
        sentence = (
            f"Dernier contact le {date_fr(last.visited_on)} ; aucun accompagnement n’est ouvert."
        )
        actions = [_open(known, "Ouvrir un accompagnement"), *_visit(known, "Consigner une visite")]
        return NextStep(sentence=sentence, actions=actions)
    return _to_read(known)


def _of_open_case(known: Situation, case: Case) -> NextStep:
    last = f", dernier contact le {date_fr(known.visits[0].visited_on)}" if known.visits else ""
    page = Action(label="Voir l’accompagnement", url=url_for("cases.detail", case_id=case.id))
    visit = _visit(known, "Consigner une visite")
    sentence = f"Accompagnement ouvert depuis le {date_fr(case.opened_on)}"
    contact = known.being_contacted
    if contact is not None:
        called = _of_contact(known, contact)
        both = f"{sentence}. {called.sentence}"
        return NextStep(sentence=both, actions=[*called.actions[:1], page])
    # Whoever follows a case comes back to say what happened: the visit comes first, then the page.
    return NextStep(sentence=f"{sentence}{last}.", actions=[*visit, page])


def _of_contact(known: Situation, contact: FirmContact) -> NextStep:
    """Of two administrations, one calls: the other reads who did before it does."""
    since = date_fr(contact.taken_at)
    if known.is_mine:
        url = url_for("campaign_contacts.settle", contact_id=contact.id)
        return NextStep(
            sentence=f"Vous avez pris contact le {since}.",
            actions=[Action(label="Dire ce que le contact a donné", url=url)],
        )
    agent = contact.agent
    sentence = f"{agent.full_name}, {agent.administration.label}, a pris contact le {since}."
    return NextStep(sentence=sentence, actions=_visit(known, "Consigner un autre contact"))


def _of_closed_case(known: Situation, case: Case) -> NextStep:
    label = case.outcome.label if case.outcome else ""
    outcome = f" : {label[0].lower()}{label[1:]}" if label else ""
    return NextStep(
        sentence=f"Accompagnement clos le {date_fr(case.closed_on)}{outcome}.",
        actions=[
            _open(known, "Ouvrir un nouvel accompagnement"),
            Action(
                label="Relire ou rouvrir le dernier", url=url_for("cases.detail", case_id=case.id)
            ),
        ],
    )


def _to_read(known: Situation) -> NextStep | None:
    siren = known.company.siren
    if known.can_unlock:
        return NextStep(
            sentence="Ses données confidentielles vous sont fermées. Si vous en avez besoin, dites pourquoi.",
            actions=[
                Action(
                    label="Demander à voir les données confidentielles",
                    url=url_for("unlocks.create", siren=siren),
                )
            ],
        )
    if known.unlock is not None and known.unlock.expires_at is not None:
        return NextStep(
            sentence=(
                f"Vous avez déverrouillé ses données jusqu’au {datetime_fr(known.unlock.expires_at)}. "
                "Si elle est en difficulté, signalez-la : sa zone la verra aussi."
            ),
            actions=[
                Action(label="Signaler l’entreprise", url=url_for("detections.flag", siren=siren))
            ],
        )
    return None


def _visit(known: Situation, label: str) -> list[Action]:
    place = known.visitable
    return [Action(label=label, url=url_for("visits.create", siret=place.siret))] if place else []


def _open(known: Situation, label: str) -> Action:
    return Action(label=label, url=url_for("cases.create", siret=known.openable[0].siret))
