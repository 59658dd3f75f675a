"""The OpenLab: ideas of fictitious agents, votes, what the team answers and changed, the sheets of the last weeks."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.access.identity import Identity
from app.core.database.unit_of_work import unit_of_work
from app.core.now import at, today, utcnow
from app.demo.gestures.last_list import ACTOR, identity_of_person
from app.openlab.ideas import services
from app.openlab.ideas.models import Idea, IdeaState
from app.openlab.ideas.queries import get_idea
from app.openlab.ideas.services import ToldChange
from app.openlab.sheets.models import OpenlabSheet
from app.openlab.sheets.services import build, last_week

ALINE, BRUNO, CHANTAL, DENIS, ELSA, INES, SCIENTIST, ADMINISTRATOR = PEOPLE = tuple(
    f"{name}@demo.invalid"
    for name in ("aline", "bruno", "chantal", "denis", "elsa", "ines", "gaelle", "fabien")
)


@dataclass(frozen=True, kw_only=True)
class ProposedIdea:
    """An idea: whose, what it says, who else is for it, who answers what for the team."""

    author: str
    title: str
    body: str = ""
    voters: tuple[str, ...] = ()
    answer: tuple[str, IdeaState, str] | None = None


IDEAS = (
    ProposedIdea(
        author=ALINE, title="Filtrer les alertes par tribunal de commerce", body="Je prépare les audiences greffe par greffe.",
        voters=(BRUNO, ELSA, DENIS),
        answer=(SCIENTIST, IdeaState.STUDIED, "Le greffe se déduit de la commune : nous vérifions la table."),
    ),
    ProposedIdea(
        author=CHANTAL, title="Dire quand une entreprise a soldé son échéancier", voters=(ALINE, INES),
        answer=(ADMINISTRATOR, IdeaState.DONE, "Les délais de paiement échus sont sur l’axe de la dette."),
    ),
    ProposedIdea(
        author=DENIS, title="Recevoir la liste par courrier", body="Certains collègues impriment tout.",
        answer=(ADMINISTRATOR, IdeaState.SET_ASIDE, "Une liste d’alertes nomme des entreprises : elle ne sort pas sur papier."),
    ),
    ProposedIdea(
        author=BRUNO, title="Une visite notée sans réseau, envoyée plus tard", body="Dans le Haut-Doubs, le téléphone ne passe pas.",
        voters=(ALINE,),
    ),
)  # fmt: skip
WEEKS = 3


def are_done() -> bool:
    """Whether it was: sheets are built last."""
    with unit_of_work(ACTOR) as session:
        return session.scalar(select(OpenlabSheet.id).limit(1)) is not None


def perform() -> str:
    """Do it, each person in a unit of work of their own; return a summary sentence."""
    with unit_of_work(ACTOR) as session:
        known = set(session.scalars(select(Idea.title)))
    # Their rights are those of today.
    people = {email: identity_of_person(email) for email in PEOPLE}
    # In a week that is over, so that its sheet tells of it.
    with at(utcnow() - timedelta(days=today().weekday() + 4)):
        for idea in IDEAS:
            if idea.title not in known:
                _propose(people, idea)
    with unit_of_work(ACTOR) as session:
        weeks = [last_week() - timedelta(days=7 * ago) for ago in reversed(range(WEEKS))]
        built = [build(session, ACTOR, week) for week in weeks]
    return f"{len(IDEAS)} idées, {sum(sheet is not None for sheet in built)} fiches"


def _propose(people: Mapping[str, Identity], idea: ProposedIdea) -> None:
    who = people[idea.author]
    with unit_of_work(who) as session:
        said = {"title": idea.title, "body": idea.body}
        number = services.propose(session, who, **said, is_another=True).id
    for other in idea.voters:
        voter = people[other]
        with unit_of_work(voter) as session:
            services.vote(session, voter, get_idea(session, voter, number))
    if idea.answer is not None:
        email, state, body = idea.answer
        with unit_of_work(people[email]) as session:
            _answer(session, people[email], number, state, body)


def _answer(session: Session, team: Identity, number: int, state: IdeaState, body: str) -> None:
    idea = get_idea(session, team, number)
    services.answer(session, team, idea, state=state, body=body)
    if state is IdeaState.DONE:
        told = ToldChange(title=idea.title, body=body, done_on=today(), idea_id=number)
        services.tell_change(session, team, told)
