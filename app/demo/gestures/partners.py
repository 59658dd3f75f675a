"""Who else works on a firm that is accompanied: a correspondent of another administration joins three in four."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from app.accounts.queries import find_agent_by_email
from app.cases import services as cases
from app.cases.models import Case, CaseMember, MemberRole
from app.cases.queries import find_open_case, get_case
from app.cases.summaries import services as summaries
from app.cases.summaries.queries import find_summary
from app.core.access.identity import Identity
from app.core.errors import DomainError
from app.core.now import utcnow
from app.habilitations.queries import list_audiences
from scoring.lab.simulate.agents.events import AgentEvent, FollowupEvent, SupportOpened

#: of four accompagnements, who joins which, and how long after it was opened
CORRESPONDENTS = ("chantal@demo.invalid", "denis@demo.invalid", "ines@demo.invalid", None)
AFTER = timedelta(days=2)
#: what each writes for every partner, then keeps for its network; no figure of a firm
SAID = {
    "chantal@demo.invalid": (
        "Un délai de paiement est possible si les parts salariales sont à jour. Je rappelle le comptable.",
        "Le compte est suivi avec le service amiable ; rien n’est engagé tant que l’échéancier tient.",
    ),
    "denis@demo.invalid": (
        "La médiation du crédit peut être saisie ; je me mets en lien avec le banquier chef de file.",
        "Deux banques ; la ligne de trésorerie n’est pas dénoncée.",
    ),
    "ines@demo.invalid": (
        "Un plan fiscal est possible si la TVA courante est payée. Je préviens le service des impôts des entreprises.",
        "Le comptable public a été prévenu ; aucun avis à tiers détenteur n’est en cours.",
    ),
}


@dataclass(frozen=True, kw_only=True)
class PartnerEvent(AgentEvent):
    """A correspondent of another administration takes part in the accompagnement that was just opened."""


def with_partners(
    events: Sequence[FollowupEvent], *, until: date
) -> list[FollowupEvent | PartnerEvent]:
    """Return the events with those of partners among them, in order of day, up to ``until`` included: always the same."""
    joined = [
        PartnerEvent(
            siren=event.siren, siret=event.siret, agent_id=who, happened_on=event.happened_on + AFTER
        )
        for event in events
        if isinstance(event, SupportOpened) and (who := partner_of(event.siren))
    ]  # fmt: skip
    past = [event for event in joined if event.happened_on <= until]
    return sorted([*events, *past], key=lambda event: (event.happened_on, event.siret))


def partner_of(siren: str) -> str | None:
    """Return the address of who joins the accompagnement of a firm, if anybody does."""
    return CORRESPONDENTS[int(siren) // 10 % len(CORRESPONDENTS)]


def invite(session: Session, identity: Identity, case: Case) -> None:
    """Have the partner of the firm take part in an accompagnement that its référent opens.

    Not through the service, which looks at the rights of that day: fictitious people hold theirs since the demonstration was built.
    """
    address = partner_of(case.siren)
    partner = find_agent_by_email(session, address) if address else None
    if partner is not None and partner.id != identity.agent_id:
        session.add(
            CaseMember(case_id=case.id, agent_id=partner.id, role=MemberRole.PARTICIPANT, joined_at=utcnow())
        )  # fmt: skip


def take_part(session: Session, identity: Identity, event: PartnerEvent) -> str:
    """Write to everybody, then to one's own network. Raise `DomainError` once it is closed, or when the network has."""
    found = find_open_case(session, event.siret)
    if found is None:
        raise DomainError("Aucun accompagnement n’est ouvert.")
    case = get_case(session, identity, found.id)
    everybody, own = SAID[event.agent_id]
    networks = list_audiences(session, identity)
    codefi = next(network.id for network in networks if network.is_codefi)
    mine = next(network.id for network in networks if not network.is_codefi)
    if find_summary(session, case.id, mine) is not None:
        raise DomainError("Ce réseau y prend déjà part.")
    cases.comment(session, identity, case, network_id=codefi, body=everybody)
    summaries.write(session, identity, case, network_id=mine, texts={"context": own}, version=0)
    return "partenaires"
