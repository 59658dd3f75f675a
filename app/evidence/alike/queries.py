"""Read what firms are alike by, and what was told of those that were supported: a statement each."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.cases.models import Case
from app.evidence.alike.blocks import Supported
from app.evidence.alike.likeness import Criterion, KnownAtOpening, Likeness, likeness_of
from app.evidence.alike.masking import BoundedCount, Family

# Series are read at the last known month up to the opening, and twelve known months before; those of a nature that is not
# given to whoever asks are not there.
KNOWN = """
    k.naf, coalesce(s.workforce, k.workforce) as workforce, s.workforce_before, s.debt, s.contributions,
    (
        select v.code from case_value h join list_value v on v.id = h.value_id
        where h.case_id = c.id and h.removed_at is null and v.list_code = 'difficulte'
        order by v.position, v.label, v.id limit 1
    ) as difficulty
    from support_case c join company k on k.siren = c.siren
    cross join lateral (
        select max(v[n]) filter (where code = 'effectif') as workforce,
            max(v[n - 12]) filter (where code = 'effectif') as workforce_before,
            sum(v[n]) filter (where code like 'dette%') as debt,
            max(v[n]) filter (where code = 'cotisation') as contributions
        from (
            select code, v, cardinality(v) as n
            from company_series r, array_remove(r."values"[1:
                (12 * (extract(year from c.opened_on) - extract(year from r.first_month))
                + extract(month from c.opened_on) - extract(month from r.first_month) + 1)::integer
            ], null) as v
            where r.siret = c.siret and code in ('effectif', 'dette_patronale', 'dette_salariale', 'cotisation')
        ) series
    ) s
"""
OF_CASE = f"select {KNOWN} where c.id = :case_id"
# Each firm once, at its last accompagnement.
OVER = f"""
select distinct on (c.siren) c.siren, o.outcome, c.closed_on - c.opened_on as days,
    m.first_on - c.opened_on as days_to_measure, m.measures, p.partners, {KNOWN}
    left join lateral (
        select outcome from case_outcome where case_id = c.id order by recorded_at desc, id desc limit 1
    ) o on true
    cross join lateral (
        select min(starts_on) as first_on, array_agg(distinct value_id) as measures
        from case_measure where case_id = c.id and removed_at is null
    ) m
    cross join lateral (
        select array_agg(distinct a.administration) as partners
        from case_member b join agent a on a.id = b.agent_id where b.case_id = c.id and a.administration <> 'vigie'
    ) p
where c.closed_on <= :until and c.deleted_at is null and c.eliminated_at is null
    and not exists (select from alike_member x where x.siren = c.siren)
order by c.siren, c.closed_on desc, c.id desc
"""
_PATH = [criterion.value for criterion in Criterion if criterion is not Criterion.DEBT]
_HAS_DEBT = "exists (select from alike_debt d where d.block_id = b.id and d.debt = :debt)"


def _same(count: int) -> str:
    """SQL condition: a block has the first classes of a likeness."""
    return " and ".join(f"b.{name} = :{name}" for name in _PATH[:count]) or "true"


#: how many criteria were left out before a block was alike
_STEP = " ".join(
    [
        f"when {_same(len(_PATH))} and {_HAS_DEBT} then 0",
        *(
            f"when {_same(count)} then {len(_PATH) - count + 1}"
            for count in range(len(_PATH), 0, -1)
        ),
        f"else {len(_PATH) + 1}",
    ]
)
ALIKE = f"""
with near as (select b.id, b.firms, b.over_on, case {_STEP} end as step from alike_block b),
chosen as (select * from near where step = (select min(step) from near)),
whole as (select min(step) as step, sum(firms)::integer as firms, max(over_on) as over_on from chosen)
select w.step, w.firms, w.over_on, f.family, f.code, v.label, sum(f.low)::integer as low, sum(f.high)::integer as high
from whole w cross join chosen c join alike_figure f on f.block_id = c.id
left join list_value v on f.family = 'dispositif' and v.id::text = f.code
group by w.step, w.firms, w.over_on, f.family, f.code, v.label
"""


@dataclass(frozen=True, kw_only=True)
class Alike:
    """What was told of firms alike: how many they are, how many criteria had to be left out, each number with its label."""

    step: int
    firms: int
    over_on: date
    lines: list[tuple[BoundedCount, str | None]] = field(default_factory=list)


def find_likeness(session: Session, case: Case) -> Likeness:
    """Return what a firm is by, as its accompagnement opened, as far as the reader may read it."""
    row = session.execute(text(OF_CASE), {"case_id": case.id}).one()
    return likeness_of(_known(row))


def find_alike(session: Session, likeness: Likeness) -> Alike | None:
    """Return the firms alike at the narrowest likeness that has any; nothing before the first block."""
    asked = {**{name: getattr(likeness, name) for name in _PATH}, "debt": likeness.debt}
    rows = session.execute(text(ALIKE), asked).all()
    if not rows:
        return None
    lines = [(BoundedCount(Family(r.family), r.code, r.low, r.high), r.label) for r in rows]
    return Alike(step=rows[0].step, firms=rows[0].firms, over_on=rows[0].over_on, lines=lines)


def list_over(session: Session, until: date) -> Iterator[Supported]:
    """Yield the firms whose accompagnement was over on a day and that are in no block yet. For the system."""
    for row in session.execute(text(OVER), {"until": until}):
        yield Supported(
            siren=row.siren,
            likeness=likeness_of(_known(row)),
            outcome=row.outcome,
            days=row.days,
            days_to_measure=row.days_to_measure,
            measures=row.measures or (),
            partners=row.partners or (),
        )


def _known(row: Any) -> KnownAtOpening:
    return KnownAtOpening(
        **{name: getattr(row, name) for name in KnownAtOpening.__dataclass_fields__}
    )
