"""Store what a list changes when it is published, and announce it."""

from sqlalchemy import select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.accounts.models import Agent
from app.core.front.addresses import path_to
from app.core.now import today, utcnow
from app.detections.models import DetectionList
from app.detections.news.models import ListTally
from app.detections.news.queries import Outcomes, count_outcomes, find_former
from app.habilitations.models import Habilitation
from app.messages import bell
from app.messages.models import Announcement, Reason

# Each firm counts once, where its head office is; a firm without one is no part of anybody's zone.
TALLY = """
insert into list_tally (list_id, department, elevee, moderee, first_alerts, aggravations, re_alerts, leavers)
select :list, department,
    count(*) filter (where level = 'elevee'), count(*) filter (where level = 'moderee'),
    count(*) filter (where novelty = 'first_alert'), count(*) filter (where novelty = 'aggravation'),
    count(*) filter (where novelty = 're_alert'), count(*) filter (where level is null)
from (
    select department, level, novelty from detection_entry where list_id = :list and level <> 'none'
    union all
    select f.department, null, null from detection_entry f
    where f.list_id = :former and f.level <> 'none' and not exists (
        select from detection_entry e where e.list_id = :list and e.siren = f.siren and e.level <> 'none')
) counted
where department is not null group by department
"""


def store_tally(session: Session, published: DetectionList) -> None:
    """Store how many firms a list shows in each département, and how many left since the one before. For the system."""
    former = find_former(session, published)
    values = {"list": published.id, "former": former.id if former else None}
    session.execute(text(TALLY), values)


def store_outcomes(session: Session, published: DetectionList) -> None:
    """Store what the answers to the list before led to, as long as what they said counts. For the system."""
    former = find_former(session, published)
    if former is None:
        return
    of_list = update(ListTally).where(ListTally.list_id == published.id)
    names = list(Outcomes.__dataclass_fields__)
    session.execute(of_list.values(dict.fromkeys(names, 0)))
    found = count_outcomes(former, published).subquery()
    counted = {name: found.c[name] for name in names}
    session.execute(of_list.where(ListTally.department == found.c.department).values(counted))


def announce(session: Session, published: DetectionList) -> None:
    """Tell everybody who works on firms that a list is there, once for its day. For the system."""
    readers = (
        select(Habilitation.agent_id)
        .join(Agent, Agent.id == Habilitation.agent_id)
        .where(Habilitation.in_force(today()), Agent.active, Agent.suspended_at.is_(None))
        .distinct()
    )
    told = {
        "dedup_key": published.news_key,
        "subject": f"Liste de {published.label.lower()} : ce qui change",
        "path": path_to("list_news.show", list_id=published.id),
        "created_at": utcnow(),
        "kind": bell.KINDS[Reason.READS_LISTS],
        "reason": Reason.READS_LISTS,
    }
    rows = [{"agent_id": agent_id, **told} for agent_id in session.scalars(readers)]
    if rows:
        session.execute(insert(Announcement).on_conflict_do_nothing(), rows)
