"""The lists of needs as a page says them: what to do first, the tabs, a line a need."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from app.core.access.identity import Identity, Role
from app.core.access.permissions import ON_FIRMS
from app.core.database.keyset import COUNTED, Page
from app.core.now import day_of, today
from app.core.text.french import date_fr, number_fr
from app.referrals.directory.typed import area_name
from app.referrals.needs.inbox import queries
from app.referrals.needs.inbox.queries import NeedFilter, NeedTab
from app.referrals.needs.models import FirmNeed, NeedState, Referral, ReferralState

#: kind of the badge of each state
BADGES = {
    NeedState.TO_TREAT: "info", NeedState.TAKEN: "info", NeedState.HELPED: "success", NeedState.NOBODY: "warning",
    ReferralState.TO_TREAT: "info", ReferralState.TAKEN: "info", ReferralState.HELPED: "success",
    ReferralState.EXPIRED: "warning",
}  # fmt: skip
#: of each tab, what an empty one says
NOTHING = {
    NeedTab.TO_TREAT: (
        "Rien à traiter",
        "Les besoins que l’annuaire vous adresse arrivent ici et par courriel : vous n’avez rien à faire d’ici là.",
    ),
    NeedTab.TAKEN: (
        "Aucune prise en charge",
        "Un besoin dont vous vous occupez reste ici jusqu’à ce que vous disiez ce que cela a donné.",
    ),
    NeedTab.OVER: (
        "Rien de terminé",
        "Les besoins auxquels vous avez répondu, ou que d’autres ont repris, sont gardés ici.",
    ),
    NeedTab.SENT: (
        "Aucun besoin envoyé",
        (
            "Depuis un accompagnement, « Orienter » adresse le besoin de l’entreprise aux experts du territoire ;"
            " leurs réponses se suivent ici."
        ),
    ),
    NeedTab.ANTENNES: (
        "Aucun besoin dans vos antennes",
        (
            "Ce qui est adressé aux experts des antennes que vous tenez se suit ici :"
            " vérifiez que leurs sujets et leur territoire sont à jour."
        ),
    ),
    NeedTab.NOBODY: (
        "Chaque besoin a un expert",
        "Ceux que personne ne prend arrivent ici : vous les adressez alors à quelqu’un.",
    ),
    NeedTab.EVERY: (
        "Aucun besoin",
        "Les besoins des entreprises arrivent par le guichet, par les conseillers et par les accompagnements.",
    ),
}
NOT_EXPERT = (
    "Aucun besoin ne vous est adressé",
    (
        "Votre compte n’est relié à aucun expert de l’annuaire."
        " Si vous en êtes un, demandez-le au responsable de votre antenne."
    ),
)


@dataclass(frozen=True, kw_only=True)
class NeedAction:
    """The one thing to do first: a sentence, the need it is about and what its button says; none: nothing waits."""

    said: str
    need_id: int | None = None
    button: str = ""


@dataclass(frozen=True, kw_only=True)
class NeedLine:
    """A need in a list; ``who``: the expert, where it is not oneself; ``due``: until when something is to be done."""

    need_id: int
    subject: str
    firm: str
    siren: str
    place: str
    received: date
    state: str
    badge: str | None
    who: str = ""
    due: date | None = None

    @property
    def is_late(self) -> bool:
        """Whether its day is past."""
        return self.due is not None and self.due < today()


@dataclass(frozen=True, kw_only=True)
class Inbox:
    """What the page of needs shows."""

    tab: NeedTab
    #: each with how many wait, where something does
    tabs: Sequence[tuple[NeedTab, str | None]]
    action: NeedAction
    page: Page[NeedLine]
    nothing: tuple[str, str]
    is_expert: bool
    #: whether the page of figures has something for whoever asks
    reads_figures: bool


def tabs_of(identity: Identity) -> list[NeedTab]:
    """Return the tabs that whoever asks sees, the one that opens first."""
    team = queries.OF_TEAM if identity.has_role(Role.ORIENTEUR) else ()
    works = identity.is_habilitated and identity.has_role(*ON_FIRMS)
    return [*team, *(queries.OF_AGENTS if works else ())]


def _reads_figures(identity: Identity, *, keeps: bool) -> bool:
    """Whether somebody has figures to read: the team all, a manager those of a zone, whoever keeps antennes theirs."""
    if identity.has_role(Role.ORIENTEUR):
        return True
    return bool(identity.departments) if identity.has_role(Role.MANAGER) else keeps


def inbox_of(
    session: Session, identity: Identity, asked: str, wanted: NeedFilter, cursor: str | None
) -> Inbox:  # fmt: skip
    """Return the tab that is asked for, or the first one; what to do before anything else."""
    offered = tabs_of(identity)
    tab = next((each for each in offered if each.value == asked), offered[0])
    waits = [each for each in (NeedTab.NOBODY, NeedTab.TO_TREAT) if each in offered]
    counted: dict[NeedTab, int] = {
        each: queries.count_waiting(session, identity, each) for each in waits
    }
    part = queries.part_of(session, identity)
    shown = [each for each in offered if each is not NeedTab.ANTENNES or part.keeps or each is tab]
    is_unknown = tab is NeedTab.TO_TREAT and not part.is_expert
    return Inbox(
        tab=tab,
        tabs=[(each, counted_said(counted[each]) if each in counted else None) for each in shown],
        action=_next(session, identity, counted),
        page=_lines(session, identity, tab, wanted, cursor),
        nothing=NOT_EXPERT if is_unknown else NOTHING[tab],
        is_expert=part.is_expert,
        reads_figures=_reads_figures(identity, keeps=part.keeps),
    )


def counted_said(count: int) -> str:
    """Return a count that stops somewhere."""
    return f"plus de {number_fr(COUNTED)}" if count > COUNTED else number_fr(count)


def _lines(
    session: Session, identity: Identity, tab: NeedTab, wanted: NeedFilter, cursor: str | None
) -> Page[NeedLine]:  # fmt: skip
    if tab in (NeedTab.SENT, *queries.OF_TEAM):
        needs = queries.page_of_needs(session, identity, tab, wanted, cursor)
        return Page([_of_need(each) for each in needs.rows], needs.next_cursor, needs.total)
    found = queries.page_of_referrals(session, identity, tab, wanted, cursor)
    lines = [_of_referral(each, names=tab is NeedTab.ANTENNES) for each in found.rows]
    return Page(lines, found.next_cursor, found.total)


def _of_need(need: FirmNeed) -> NeedLine:
    return NeedLine(**_facts(need), state=need.state.label, badge=BADGES.get(need.state))


def _of_referral(referral: Referral, *, names: bool) -> NeedLine:
    return NeedLine(
        **_facts(referral.need), state=referral.state.label, badge=BADGES.get(referral.state),
        who=f"{referral.expert.name}, {referral.expert.antenne.name}" if names else "",
        due=referral.answer_by if referral.is_open else None,
    )  # fmt: skip


def _facts(need: FirmNeed) -> dict[str, Any]:
    asked = need.solicitation
    return {
        "need_id": need.id, "subject": need.subject.label, "firm": asked.firm_name, "siren": asked.siren,
        "place": area_name(asked.commune), "received": day_of(need.created_at),
    }  # fmt: skip


def _next(session: Session, identity: Identity, counted: dict[NeedTab, int]) -> NeedAction:
    """What somebody asked for first: to answer, to close, then to find somebody."""
    if counted.get(NeedTab.TO_TREAT):
        first = queries.find_most_pressing(session, identity, NeedTab.TO_TREAT)
        if first is not None:
            count = counted[NeedTab.TO_TREAT]
            waiting = (
                "1 besoin attend" if count == 1 else f"{counted_said(count)} besoins attendent"
            )
            said = f"{waiting} votre réponse. Le plus pressé : « {first.need.subject.label} », d’ici au {date_fr(first.answer_by)}."
            return NeedAction(said=said, need_id=first.need_id, button="Répondre au plus pressé")
    if NeedTab.TO_TREAT in counted:
        taken = queries.find_most_pressing(session, identity, NeedTab.TAKEN)
        if taken is not None:
            said = f"Vous vous occupez de « {taken.need.subject.label} » : dites ce que cela a donné d’ici au {date_fr(taken.answer_by)}."
            return NeedAction(said=said, need_id=taken.need_id, button="Dire ce que cela a donné")
    oldest = queries.find_first_of_nobody(session, identity) if counted.get(NeedTab.NOBODY) else None  # fmt: skip
    if oldest is not None:
        count = counted[NeedTab.NOBODY]
        waiting = "1 besoin n’a" if count == 1 else f"{counted_said(count)} besoins n’ont"
        said = f"{waiting} pas d’expert. Le plus ancien : « {oldest.subject.label} »."
        return NeedAction(said=said, need_id=oldest.id, button="Lui trouver un expert")
    return NeedAction(said="Rien ne vous attend.")
