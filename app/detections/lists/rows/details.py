"""What a list shows of the firms of a page: one statement, the same for every page of a reader."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    Row,
    Select,
    Text,
    any_,
    bindparam,
    column,
    func,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session
from sqlalchemy.sql.selectable import LateralFromClause

from app.companies.models import FRANCE, AnnualAccounts, Company, CompanyFigures
from app.core.access.identity import Identity
from app.detections.lists import marks
from app.detections.lists.models import GRADES
from app.detections.lists.rows.branches import SINCE, UNTIL, Sources
from app.detections.lists.rows.conditions import told
from app.detections.lists.why.causes import is_cause
from app.detections.models import DetectionEntry, DetectionReason, HumanSignal

#: readers whose statement is kept
READERS = 64
#: what lists show of the figures of a nature; the rows of the other natures hold nothing of it
FIGURES = ("workforce_change", "debt", "debt_change", "delay_until", "short_time")

_SIRENS = bindparam("sirens", type_=ARRAY(Text()))


def read(
    session: Session,
    sources: Sources,
    sirens: Sequence[str],
) -> Mapping[str, Row[Any]]:
    """Return what the list shows of each firm, as in `Listing`."""
    who, firms = sources.identity, list(sirens)
    values = {"sirens": firms, "list_id": sources.list_id, "zone": list(who.departments)}
    rows = session.execute(_statement(who), {**values, **sources.moments})
    return {row.siren: row for row in rows}


@lru_cache(READERS)
def _statement(identity: Identity) -> Select[*tuple[Any, ...]]:
    """The statement for a reader: to make one takes Python longer than PostgreSQL takes to answer it."""
    # Made of tables, not of mapped classes, and of one array of firms: its text is the same for any page, and so is its plan.
    firm, entry = Company.__table__.c, DetectionEntry.__table__.c
    siren = firm.siren
    is_listed = (
        (entry.list_id == bindparam("list_id", type_=Integer()))
        & (entry.siren == siren)
        & or_(*(entry.level == level for level in GRADES))
    )
    readable = func.vigie_readable_among(_SIRENS).table_valued(
        "firm", column("readable", ARRAY(Text())), name="given"
    )
    cause, signal, known, last = _cause(entry.id), _signal(siren), _figures(siren), _closing(siren)
    return (
        select(
            siren, firm.name, firm.naf, firm.created_on, firm.legal_category, firm.department, firm.departments, firm.commune,
            firm.workforce, firm.workforce_month,
            firm.procedure_status, readable.c.readable,
            entry.id.label("entry_id"), entry.level, entry.rules_count, entry.novelty, entry.arm, cause.c.sentence.label("cause"),
            signal.c.id.label("signal_id"), signal.c.source.label("signal_source"),
            *known.c, *last.c, marks.state(identity, siren).label("follow_up"), marks.list_names(siren).label("lists"),
        )
        .join(readable, readable.c.firm == siren)
        .outerjoin(DetectionEntry.__table__, is_listed)
        .outerjoin(cause, true())
        .outerjoin(signal, true())
        .outerjoin(known, true())
        .outerjoin(last, true())
        .where(siren == any_(_SIRENS))
    )  # fmt: skip


def _cause(entry_id: ColumnElement[int]) -> LateralFromClause:
    """The fact that raises most the risk of an entry, among those the reader may read: as `queries.find_cause`."""
    reason = DetectionReason.__table__.c
    raises = select(reason.sentence).where(reason.entry_id == entry_id, *is_cause(reason))
    return raises.order_by(reason.position).limit(1).lateral("cause")


def _signal(siren: ColumnElement[str]) -> LateralFromClause:
    """The last signal in force of a firm."""
    signal = HumanSignal.__table__.c
    in_force = (
        signal.created_at <= UNTIL,
        signal.created_at > SINCE,
        signal.departments.overlap(bindparam("zone", type_=ARRAY(Text()))),
    )
    last = select(signal.id, signal.source).where(signal.siren == siren, *in_force)
    return last.order_by(signal.created_at.desc(), signal.id.desc()).limit(1).lateral("signal")


def _figures(siren: ColumnElement[str]) -> LateralFromClause:
    """The figures of a firm, of the natures that the reader reads."""
    figures = CompanyFigures.__table__.c
    shown = (func.max(figures[name], type_=figures[name].type).label(name) for name in FIGURES)
    of_firm = (figures.siren == siren, figures.place == told(FRANCE))
    return select(*shown).where(*of_firm).lateral("known")


def _closing(siren: ColumnElement[str]) -> LateralFromClause:
    """The last accounts of a firm, and what those before said."""
    filed = AnnualAccounts.__table__.c
    order = filed.closed_on.desc()
    revenue_before = func.lead(filed.revenue, type_=filed.revenue.type).over(order_by=order)
    closed_before = func.lead(filed.closed_on, type_=Date()).over(order_by=order)
    closing = select(
        filed.revenue, revenue_before.label("revenue_before"), filed.ebit, filed.closed_on,
        closed_before.label("closed_before"),
    )  # fmt: skip
    return closing.where(filed.siren == siren).order_by(order).limit(1).lateral("closing")
