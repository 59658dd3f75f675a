"""What happened in the procedures of each firm, from the BODACC and from Urssaf, read in one place.

States, openings, features, labels and the history on the page of a firm all come from here. The BODACC
publishes judgments, Urssaf records what it is told of: each lacks some of what the other has. The same
stage of the same procedure told by both is one event, at the earlier of its two days, known since the
earlier of the two.
"""

from __future__ import annotations

from datetime import date
from typing import Final

import ibis
from ibis.expr.types import Table

from scoring.data.engine import Backend
from scoring.data.lake import Tables
from scoring.data.views.notices import standing_notices

OPENING: Final = "ouverture"
# A liquidation closed for want of assets, taken up again.
RESUMED: Final = "reprise"
PLAN: Final = "plan_continuation"
# The order in which stages follow one another: it orders events of the same day.
STAGES: Final = (
    OPENING,
    RESUMED,
    PLAN,
    "inclusion_autre_procedure",
    "abandon_procedure",
    "fin_procedure",
)
ENDS: Final = STAGES[3:]
# An administrative closing of the account, which says nothing about the procedure.
IGNORED: Final = "solde_procedure"
BODACC, URSSAF = "bodacc", "procol"
SOURCES: Final = (BODACC, URSSAF)
# What each stage of a notice does: the stage entered by `kind`, the stage of the procedure it ends.
ENTERED: Final = {
    "ouverture": OPENING,
    "extension": OPENING,
    "conversion": OPENING,
    "resolution_plan": OPENING,
    "reprise": RESUMED,
    "plan_continuation": PLAN,
}
ENDED: Final = {
    "conversion": "inclusion_autre_procedure",
    "resolution_plan": "fin_procedure",
    "cloture": "fin_procedure",
    "retractation": "abandon_procedure",
}
# Two mentions of a stage further apart are two events.
SAME_WITHIN_DAYS: Final = 180
# Two openings under different names closer than this are one judgment read in two ways.
OTHER_KIND_DAYS: Final = 60


def procedure_events(tables: Tables, con: Backend, as_of: date | None = None) -> Table:
    """Return siren, kind, stage, effective_on, known_at, label, bodacc_on and procol_on: the day each source gives, if it does.

    What has no `kind` is shown, and moves no firm. What the BODACC ends without saying which procedure
    ends every one the firm is in. Several views read these events: opened tables compute them once.
    """
    return tables.derived(con, reconciled_events, as_of=as_of)


def reconciled_events(tables: Tables, con: Backend, as_of: date | None) -> Table:
    """Return `procedure_events` as a query."""
    told = ibis.union(
        _notices(standing_notices(tables, con, as_of)),
        _records(tables.table(con, URSSAF, as_of=as_of)),
    )
    return _reconciled(_which_ended(told))


def procedure_agreement(tables: Tables, con: Backend, as_of: date | None = None) -> Table:
    """Return kind, stage, same_day, other_day, bodacc_only, procol_only, other_kind: how many events both sources
    tell, on one day or two, or one alone; openings that the other source names otherwise.

    Only over the days that both sources cover.
    """
    events = procedure_events(tables, con, as_of)
    events = events.filter(events.kind.notnull() & events.stage.isin(STAGES))
    shared = events.agg(
        since=ibis.greatest(events.bodacc_on.min(), events.procol_on.min()),
        until=ibis.least(events.bodacc_on.max(), events.procol_on.max()),
        both=events.bodacc_on.min().notnull() & events.procol_on.min().notnull(),
    )
    events = events.cross_join(shared)
    events = events.filter(events.both & events.effective_on.between(events.since, events.until))
    events = events.left_join(_named_otherwise(events), ["siren", "kind", "effective_on", "stage"])
    alone_in_bodacc, alone_in_procol = events.procol_on.isnull(), events.bodacc_on.isnull()
    is_same_day = events.bodacc_on == events.procol_on
    return events.group_by("kind", "stage").agg(
        same_day=is_same_day.sum().fill_null(0),
        other_day=(~is_same_day).sum().fill_null(0),
        bodacc_only=alone_in_bodacc.sum(),
        procol_only=alone_in_procol.sum(),
        other_kind=events.is_named_otherwise.sum().fill_null(0),
    )


def _notices(notices: Table) -> Table:
    """Return the events that notices tell: what each enters, then what each ends."""
    # A judgment is never later than its publication, whatever the notice says.
    day = ibis.least(notices.judged_on, notices.published_on)
    notices = notices.mutate(
        effective_on=ibis.coalesce(day, notices.published_on, notices.judged_on)
    )
    entering = notices.filter(notices.stage.isin(list(ENTERED)) & notices.kind.notnull())
    ending = notices.filter(
        notices.stage.isin(list(ENDED))
        # Entering the same procedure again is what ends the plan of it.
        & ~(notices.ended_kind == notices.kind).fill_null(False)
    )
    whole = ending.stage.isin(["cloture", "retractation"])
    ending = ending.filter(ending.ended_kind.notnull() | whole)
    return ibis.union(
        _events(entering, kind="kind", stages=ENTERED),
        _events(ending, kind="ended_kind", stages=ENDED),
    )


def _events(notices: Table, *, kind: str, stages: dict[str, str]) -> Table:
    return notices.select(
        "siren",
        "effective_on",
        "known_at",
        kind=notices[kind],
        stage=notices.stage.substitute(stages),
        label=notices.nature,
        source=ibis.literal(BODACC),
    )


def _records(records: Table) -> Table:
    """Return the events that Urssaf records; it repeats them for each account of the firm."""
    return records.select(
        "siren",
        "effective_on",
        "known_at",
        "kind",
        stage=records.stage.fill_null(""),
        label=records.label,
        source=ibis.literal(URSSAF),
    ).distinct()


def _which_ended(events: Table) -> Table:
    """Replace an ending that does not say of what by the ending of each procedure entered before."""
    is_vague = (events.source == BODACC) & events.kind.isnull()
    vague = events.filter(is_vague).drop("kind")
    entered = events.filter(events.kind.notnull() & events.stage.isin([OPENING, RESUMED, PLAN]))
    entered = entered.group_by("siren", "kind").agg(entered_on=entered.effective_on.min())
    ended = vague.join(entered, "siren")
    ended = ended.filter(ended.entered_on <= ended.effective_on).select(*events.columns)
    return ibis.union(events.filter(~is_vague), ended)


def _reconciled(told: Table) -> Table:
    """Merge the mentions of a stage that follow one another in a procedure: they are one event."""
    rank = ibis.cases(*((told.stage == name, n) for n, name in enumerate(STAGES)), else_=0)
    in_time = ibis.window(
        group_by=[told.siren, told.kind],
        order_by=[told.effective_on, rank, told.stage, told.source],
    )
    apart = told.effective_on.delta(told.effective_on.lag().over(in_time), unit="day")
    begins = ~told.stage.identical_to(told.stage.lag().over(in_time)) | (apart > SAME_WITHIN_DAYS)
    told = told.mutate(begins=begins.fill_null(True).cast("int64"), order=rank)
    so_far = ibis.window(
        group_by=[told.siren, told.kind],
        order_by=[told.effective_on, told.order, told.stage, told.source],
        following=0,
    )
    told = told.mutate(number=told.begins.sum().over(so_far))
    in_bodacc, in_procol = told.source == BODACC, told.source == URSSAF
    merged = told.group_by("siren", "kind", "stage", "number").agg(
        first_on=told.effective_on.min(),
        first_known=told.known_at.min(),
        notice=told.label.min(where=in_bodacc),
        record=told.label.min(where=in_procol),
        bodacc_on=told.effective_on.min(where=in_bodacc),
        procol_on=told.effective_on.min(where=in_procol),
    )
    return merged.select(
        "siren",
        "kind",
        "stage",
        effective_on=merged.first_on,
        known_at=merged.first_known,
        label=ibis.coalesce(merged.notice, merged.record),
        bodacc_on=merged.bodacc_on,
        procol_on=merged.procol_on,
    )


def _named_otherwise(events: Table) -> Table:
    """Return the openings of the BODACC alone that Urssaf alone opens under another name about that day."""
    openings = events.filter(events.stage == OPENING)
    notices = openings.filter(openings.procol_on.isnull())
    records = openings.filter(openings.bodacc_on.isnull()).select(
        "siren", other_kind="kind", other_on="effective_on"
    )
    pairs = notices.join(records, "siren")
    days = pairs.effective_on.delta(pairs.other_on, unit="day").abs()
    pairs = pairs.filter((pairs.kind != pairs.other_kind) & (days <= OTHER_KIND_DAYS))
    return pairs.select(
        "siren", "kind", "effective_on", "stage", is_named_otherwise=ibis.literal(True)
    ).distinct()
