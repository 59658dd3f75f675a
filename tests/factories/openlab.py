"""The OpenLab of the world: an idea with a vote and an answer, a change, the sheet of a week."""

from datetime import date

from app.core.now import today
from app.openlab.ideas import services
from app.openlab.ideas.models import IdeaState
from app.openlab.ideas.queries import get_idea
from app.openlab.sheets.models import OpenlabSheet, OpenlabSilence
from app.openlab.sheets.services import OF_VISITS
from tests.factories.network import system, working_as

MONDAY = date(2026, 6, 1)
EMPTY = {
    **dict.fromkeys(OF_VISITS, 0), "sheet_replies": 0, "sheet_ideas": 0, "sheet_votes": 0, "sheet_idea_answers": 0,
    "sheet_changes": 0, "visits": [], "answers": [], "themes": {"textes": 0},
}  # fmt: skip


def propose(agent_id: int, title: str, *, body: str = "") -> int:
    """An idea that somebody proposes; its number."""
    with working_as(agent_id) as (session, who):
        return services.propose(session, who, title=title, body=body, is_another=True).id


def answer(agent_id: int, idea_id: int, state: IdeaState, body: str) -> None:
    """What somebody of the team answers to it."""
    with working_as(agent_id) as (session, who):
        services.answer(session, who, get_idea(session, who, idea_id), state=state, body=body)


def plant_openlab(author: int, team: int) -> dict[str, int]:
    """An idea answered, what was changed, a sheet, somebody who is not told; the numbers that addresses bear."""
    idea_id = propose(author, "Filtrer par greffe", body="Pour préparer les audiences.")
    answer(team, idea_id, IdeaState.STUDIED, "Nous regardons quels greffes sont connus.")
    with working_as(team) as (session, who):
        said = services.ToldChange(title="Un filtre de plus", done_on=today(), idea_id=idea_id)
        services.tell_change(session, who, said)
    with system() as session:
        sheet = OpenlabSheet(week=MONDAY, content=EMPTY)
        session.add_all((sheet, OpenlabSilence(agent_id=team)))
        session.flush()
        return {"idea_id": idea_id, "sheet_id": sheet.id}
