"""The OpenLab: ideas of fictitious agents, votes, what the team answers and changed, the sheets of the last weeks."""

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

SCIENTIST, ADMINISTRATOR = "gaelle@demo.invalid", "fabien@demo.invalid"
#: whose, what they say, who else is for it, what the team answers
IDEAS = (
    (
        "aline", "Filtrer les alertes par tribunal de commerce", "Je prépare les audiences greffe par greffe.",
        ("bruno", "elsa", "denis"), (SCIENTIST, IdeaState.STUDIED, "Le greffe se déduit de la commune : nous vérifions la table."),
    ),
    (
        "chantal", "Dire quand une entreprise a soldé son échéancier", "", ("aline", "ines"),
        (ADMINISTRATOR, IdeaState.DONE, "Les délais de paiement échus sont sur l’axe de la dette."),
    ),
    (
        "denis", "Recevoir la liste par courrier", "Certains collègues impriment tout.", (),
        (ADMINISTRATOR, IdeaState.SET_ASIDE, "Une liste d’alertes ne sort pas de Vigie sur papier : elle nomme des entreprises."),
    ),
    ("bruno", "Une visite notée sans réseau, envoyée plus tard", "Dans le Haut-Doubs, le téléphone ne passe pas.", ("aline",), None),
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
    # In a week that is over, so that its sheet tells of it.
    with at(utcnow() - timedelta(days=today().weekday() + 4)):
        for author, title, body, others, said in IDEAS:
            if title not in known:
                _propose(author, title, body, others, said)
    with unit_of_work(ACTOR) as session:
        weeks = [last_week() - timedelta(days=7 * ago) for ago in reversed(range(WEEKS))]
        built = [build(session, ACTOR, week) for week in weeks]
    return f"{len(IDEAS)} idées, {sum(sheet is not None for sheet in built)} fiches"


def _propose(
    author: str, title: str, body: str, others: tuple[str, ...], said: tuple[str, IdeaState, str] | None
) -> None:  # fmt: skip
    who = _person(author)
    with unit_of_work(who) as session:
        number = services.propose(session, who, title=title, body=body, is_another=True).id
    for other in others:
        voter = _person(other)
        with unit_of_work(voter) as session:
            services.vote(session, voter, get_idea(session, voter, number))
    if said is not None:
        team = identity_of_person(said[0])
        with unit_of_work(team) as session:
            _answer(session, team, number, said[1], said[2])


def _answer(session: Session, team: Identity, number: int, state: IdeaState, body: str) -> None:
    idea = get_idea(session, team, number)
    services.answer(session, team, idea, state=state, body=body)
    if state is IdeaState.DONE:
        told = ToldChange(title=idea.title, body=body, done_on=today(), idea_id=number)
        services.tell_change(session, team, told)


def _person(name: str) -> Identity:
    return identity_of_person(f"{name}@demo.invalid")
