"""The team, on the home page of whoever answers for it: alerts without an act, accompagnements without référent or
without news, who carries how many."""

from typing import Any

from sqlalchemy.orm import Session

from app.accounts.queries import find_agent
from app.cases.attention import count_silent, count_unattended
from app.cases.models import SILENT_AFTER
from app.cases.queries import QUIET
from app.core.access.identity import Identity
from app.core.now import utcnow
from app.detections.lists.filters import Filters
from app.detections.lists.rows.listing import Listing
from app.detections.models import DetectionList
from app.detections.panels import UNTOUCHED
from app.habilitations.absences.presenters import said_of
from app.portal.home import queries
from app.portal.policies import leads

#: accompagnements, and agents, that are named
CASES_NAMED, AGENTS_NAMED = 5, 8


def team(session: Session, identity: Identity, *, current: DetectionList | None) -> dict[str, Any]:
    """For `_team.html`; nothing for whoever answers for nobody."""
    if not leads(identity):
        return {"team": None}
    quiet = queries.list_quiet(session, identity, limit=CASES_NAMED)
    loads = queries.list_loads(session, identity, limit=AGENTS_NAMED)
    return {
        "team": {
            "untouched": _count_untouched(session, identity, current),
            "silent": count_silent(session, identity),
            "silent_days": SILENT_AFTER.days,
            "unattended": count_unattended(session, identity),
            "quiet": quiet,
            "quiet_count": quiet[0].total if quiet else 0,
            "quiet_bound": queries.QUIET_COUNTED,
            "quiet_days": QUIET.days,
            "loads": loads,
            "away": said_of(session, [load[0].id for load in loads]),
            "me": find_agent(session, identity.agent_id),
            "is_whole_load": not loads or loads[0].counted <= queries.LOAD_COUNTED,
            "load_bound": queries.LOAD_COUNTED,
        }
    }


def _count_untouched(session: Session, identity: Identity, current: DetectionList | None) -> int:
    """How many firms of the current list nobody contacted, counted as far as lists count."""
    if current is None:
        return 0
    untouched = Filters(marks=(UNTOUCHED,))
    return Listing(identity, current, until=utcnow(), filters=untouched).count(session)
