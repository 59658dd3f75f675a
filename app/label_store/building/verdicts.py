"""What visits found, derived from the labels of agents and the draw of each list; what a model may learn of it at a date."""

from datetime import date
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

#: a label of a visit is known on its day in Paris; several on one day: the last one
DERIVE = """
insert into verdict_label (visit_id, known_on, until, siren, departments, visited_on, verdict, use, entry_id, arm, p_select)
select visit_id, known_on, lead(known_on) over (partition by visit_id order by known_on), siren, departments, occurred_on,
    verdict, case
        when kind = 'refusal' then 'refusal'
        when kind = 'unreachable' then 'unreachable'
        when verdict = 'indeterminee' then 'undetermined'
        when entry_id is null then 'unlisted'
        when arm <> 'random' then 'chosen'
        else 'learnt'
    end, entry_id, arm, p_select
from (
    select distinct on (l.subject_id, timezone('Europe/Paris', l.known_at)::date)
        l.subject_id as visit_id, timezone('Europe/Paris', l.known_at)::date as known_on, l.siren, v.departments,
        l.occurred_on, case when l.kind = 'verdict' then l.value end as verdict, l.kind, e.id as entry_id, e.arm, e.p_select
    from label l
    join visit v on v.id = l.subject_id
    left join visit_listing p on p.visit_id = v.id
    left join detection_entry e on e.id = p.entry_id
    where l.subject_kind = 'visit' and l.kind in ('verdict', 'refusal', 'unreachable')
    order by l.subject_id, timezone('Europe/Paris', l.known_at)::date, l.known_at desc, l.id desc
) told
"""
# A draw is one chance: only the first verdict that it led to counts.
KNOWN = """
select distinct on (v.use, coalesce(v.entry_id, -v.visit_id)) coalesce(e.siren, v.siren) as siren, v.use,
    (v.verdict = 'confirmee')::int as confirmed, v.p_select,
    e.p12, e.p18, (e.novelty = 'first_alert') as is_first, (e.level = 'elevee') as is_high
from verdict_label v left join detection_entry e on e.id = v.entry_id
where v.known_on <= :known_on and (v.until is null or v.until > :known_on)
order by v.use, coalesce(v.entry_id, -v.visit_id), v.visited_on, v.visit_id
"""
COUNTS = """
select use, count(*) from verdict_label
where known_on <= :known_on and (until is null or until > :known_on) group by use
"""
DRAWN = """
select count(*), count(*) filter (where exists (
    select from verdict_label v where v.entry_id = e.id and v.use = 'learnt'
    and v.known_on <= :known_on and (v.until is null or v.until > :known_on)))
from detection_entry e join detection_list l on l.id = e.list_id
where e.arm = 'random' and timezone('Europe/Paris', l.published_at)::date <= :known_on
"""


def derive(session: Session) -> None:
    """Write every verdict again; the session must act for the system."""
    session.execute(text("delete from verdict_label"))
    session.execute(text(DERIVE))


def counts(session: Session, *, known_on: date) -> dict[str, int]:
    """Return how many visits there are of each `VerdictUse`, as known on a day."""
    found = session.execute(text(COUNTS), {"known_on": known_on})
    return {str(use): int(count) for use, count in found}


def known(session: Session, *, known_on: date) -> list[dict[str, Any]]:
    """Return the first verdict of each draw and every other visit, as known on a day: siren, use, confirmed, p_select, p12, p18, is_first,
    is_high.
    """
    found = session.execute(text(KNOWN), {"known_on": known_on}).mappings()
    return [dict(row) for row in found]


def drawn(session: Session, *, known_on: date) -> tuple[int, int]:
    """Return how many places of lists were drawn at random, and how many of these led to a verdict, as known on a day."""
    row = session.execute(text(DRAWN), {"known_on": known_on}).one()
    return int(row[0]), int(row[1])
