"""Synthèses of accompagnements of the world."""

from app.cases.queries import get_case
from app.cases.summaries import queries, services
from app.cases.summaries.models import HEADINGS, CaseSummary, SummaryVersion
from app.cases.summaries.services import Rewritten
from tests.factories.network import network_id, system, working_as


def write_summary(
    agent_id: int, case_id: int, *, to: str, version: int | None = None, **texts: str
) -> int | Rewritten:
    """Write the synthèse for a network over its present ``version``, or over a former one; its number once kept.

    What is not said stays as it was.
    """
    audience = network_id(to)
    with working_as(agent_id) as (session, who):
        case = get_case(session, who, case_id)
        present = queries.find_summary(session, case_id, audience)
        began = version if version is not None else present.version if present else 0
        written = services.write(
            session,
            who,
            case,
            network_id=audience,
            texts=services.texts_of(present) | texts,
            version=began,
        )
        assert texts.keys() <= HEADINGS.keys()
        return written.id if isinstance(written, CaseSummary) else written


def plant_summary(agent_id: int, case_id: int, *, to: str, **texts: str) -> int:
    """The same without the feed: a version of before synthèses knows no event of this kind."""
    headings = dict.fromkeys(HEADINGS, "") | texts
    by = {"version": 1, "edited_by": agent_id}
    audience = network_id(to)
    with system() as session:
        summary = CaseSummary(case_id=case_id, network_id=audience, **headings, **by)
        session.add(summary)
        session.flush()
        session.add(SummaryVersion(summary_id=summary.id, **headings, **by))
        return summary.id
