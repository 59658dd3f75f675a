"""Several administrations on one accompagnement: somebody named, a file, a visit made together, a synthèse by two, a handover."""

from io import BytesIO

from docx import Document
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Agent
from app.cases import services as cases
from app.cases.handover import services as handovers
from app.cases.handover.models import Handover
from app.cases.handover.queries import list_portfolio
from app.cases.members.services import add_member
from app.cases.models import Case, MemberRole
from app.cases.queries import get_case
from app.cases.summaries import services as summaries
from app.cases.summaries.queries import find_summary
from app.cases.summaries.services import Rewritten
from app.companies.queries import get_establishment
from app.core.access.identity import Identity
from app.core.database.unit_of_work import unit_of_work
from app.core.errors import DomainError
from app.core.now import today
from app.demo.gestures.last_list import ACTOR, AGENT, COLLEAGUE, MANAGER, identity_of_person
from app.demo.gestures.partners import partner_of
from app.habilitations.queries import list_audiences
from app.interlocutors import services as interlocutors
from app.interlocutors.models import InterlocutorSource
from app.interlocutors.queries import list_of_firm
from app.interlocutors.services import Described
from app.network.attachments.services import JoinedText, join
from app.network.comments import services as comments
from app.network.models import COMMENT_SUBJECT, Comment
from app.network.queries import get_comment
from app.visits.models import Channel, ContactResult, Verdict
from app.visits.services import Report, log_visit

URSSAF = "chantal@demo.invalid"
#: the first text of a synthèse, and what each of two people makes of it at the same moment
BEGUN = "Le carnet de commandes baisse. La trésorerie tient trois mois."
BY_MANAGER = "Le carnet de commandes baisse depuis l’été. La trésorerie tient trois mois."
BY_AGENT = "Le carnet de commandes baisse. La trésorerie tient six semaines."
NOTE = "Le dirigeant préfère être appelé le matin."
#: people of the firm, all invented; the numbers are those that Arcep keeps for fictions
PEOPLE = (
    ("Camille Fictive", "Dirigeante", "01 99 00 41 07", "camille.fictive@entreprise.invalid"),
    ("Sacha Inventé", "Expert-comptable", "01 99 00 41 08", ""),
)
VISITED = "Visite à deux. Les échéances Urssaf sont tenues depuis l’été ; un acheteur est attendu."


def are_done() -> bool:
    """Whether it was: a portfolio is handed over last."""
    with unit_of_work(ACTOR) as session:
        return session.scalar(select(Handover.id).limit(1)) is not None


def perform() -> str:
    """Do it, each person in a unit of work of their own; return a summary sentence."""
    agent, colleague, manager, partner = (
        identity_of_person(email) for email in (AGENT, COLLEAGUE, MANAGER, URSSAF)
    )
    case_id = _shared_case(agent)
    with unit_of_work(agent) as session:
        comment_id = _name_partner(session, agent, get_case(session, agent, case_id), partner)
    with unit_of_work(partner) as session:
        comment = get_comment(session, partner, comment_id)
        comments.reply(session, partner, comment, body="C’est possible : je prépare l’échéancier.")
    with unit_of_work(agent) as session:
        _meet(session, agent, get_case(session, agent, case_id), partner)
    _write_at_once(agent, manager, case_id)
    with unit_of_work(colleague) as session:
        given = _hand_over(session, colleague, manager)
    return f"un partenaire cité, une visite et une synthèse à deux, {given} accompagnement proposé"


def _shared_case(agent: Identity) -> int:
    """The first accompagnement of the agent of which the correspondent of the Urssaf is part."""
    with unit_of_work(agent) as session:
        for case, company in list_portfolio(session, agent, agent.agent_id or 0):
            if partner_of(company.siren) == URSSAF and agent.covers([case.department]):
                return int(case.id)
    raise DomainError("Aucun accompagnement n’est partagé avec l’Urssaf.")


def _name_partner(session: Session, agent: Identity, case: Case, partner: Identity) -> int:
    everybody = next(each.id for each in list_audiences(session, agent) if each.is_codefi)
    said = f"Le plan de trésorerie est joint. @{partner.name} un échéancier est-il possible ?"
    comment = cases.comment(session, agent, case, network_id=everybody, body=said)
    join(session, agent, _text_of(comment), content=_plan(), name="Plan de trésorerie.docx")
    return comment.id


def _meet(session: Session, agent: Identity, case: Case, partner: Identity) -> None:
    """Note who the people of the firm are, and visit it with the partner; once, though what follows was interrupted."""
    if list_of_firm(session, agent, case.siren):
        return
    for name, function, telephone, email in PEOPLE:
        said = Described(
            name=name, function=function, telephone=telephone, email=email, source=InterlocutorSource.FIRM, given_on=today(),
        )  # fmt: skip
        interlocutors.add(session, agent, case.company, said)
    everybody = next(each.id for each in list_audiences(session, agent) if each.is_codefi)
    report = Report(
        visited_on=today(), channel=Channel.SUR_PLACE, contact_result=ContactResult.REPONDU, verdict=Verdict.CONFIRMEE,
        network_id=everybody, body=VISITED, people_met=PEOPLE[0][0], companions=[partner.agent_id],
    )  # fmt: skip
    log_visit(session, agent, get_establishment(session, agent, case.siret), report)


def _text_of(comment: Comment) -> JoinedText:
    return JoinedText(
        siren=comment.siren, departments=comment.departments, network_id=comment.network_id, author_id=comment.author_id,
        subject=(COMMENT_SUBJECT, comment.id), comment_id=comment.id,
    )  # fmt: skip


def _plan() -> bytes:
    document = Document()
    document.add_heading("Plan de trésorerie (document fictif)", level=0)
    document.add_paragraph("Semaines 1 à 12 : encaissements, décaissements, solde.")
    written = BytesIO()
    document.save(written)
    return written.getvalue()


def _write_at_once(agent: Identity, manager: Identity, case_id: int) -> None:
    """Both begin with one text: the second is shown both, and keeps what was put together."""
    with unit_of_work(agent) as session:
        case = get_case(session, agent, case_id)
        add_member(session, agent, case, agent_id=manager.agent_id, role=MemberRole.PARTICIPANT)
        network = next(each.id for each in list_audiences(session, agent) if not each.is_codefi)
        known = find_summary(session, case_id, network)
        begun = _write(session, agent, case, network, BEGUN, known.version if known else 0)
    with unit_of_work(manager) as session:
        case = get_case(session, manager, case_id)
        _write(session, manager, case, network, BY_MANAGER, begun)
    with unit_of_work(agent) as session:
        _write(session, agent, get_case(session, agent, case_id), network, BY_AGENT, begun)


def _write(
    session: Session, who: Identity, case: Case, network_id: int, context: str, version: int
) -> int:
    texts = summaries.texts_of(find_summary(session, case.id, network_id)) | {"context": context}
    written = summaries.write(
        session, who, case, network_id=network_id, texts=texts, version=version
    )
    if not isinstance(written, Rewritten):
        return written.version
    kept = summaries.write(
        session, who, case, network_id=network_id, texts=written.merged, version=written.version
    )
    if isinstance(kept, Rewritten):
        raise DomainError("La synthèse a encore changé.")
    return kept.version


def _hand_over(session: Session, colleague: Identity, manager: Identity) -> int:
    """Propose one accompagnement to the head of the house, who has not answered yet."""
    mine = [case.id for case, _ in list_portfolio(session, colleague, colleague.agent_id or 0)]
    if not mine:
        return 0
    former = session.get_one(Agent, colleague.agent_id)
    proposed = handovers.propose(
        session, colleague, former, case_ids=mine[:1], taker_id=manager.agent_id, note=NOTE
    )
    return proposed.count
