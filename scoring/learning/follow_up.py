"""What happened to each firm after a snapshot: hazard intervals and horizon outcomes.

The event is the opening of a procédure collective, by judgment date. Nothing an agent writes is an
event: the only records of agents used here are the opening of a support, which only *censors* (half
weight in its interval, nothing after), and visits, which only define subgroups.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from scoring.vocabulary import PUBLICATION_LAG_DAYS

INTERVAL_MONTHS: Final = 3
INTERVALS: Final = 8
HORIZONS: Final = (12, 18, 24)
MAIN_HORIZON: Final = 18  # the horizon of alerts
MAIN: Final = HORIZONS.index(MAIN_HORIZON)
PUBLICATION_LAG: Final = timedelta(days=PUBLICATION_LAG_DAYS)
SUPPORT_OPENED: Final = "support_opened"
VISITED: Final = "verdict"  # a visit is recorded by its verdict
CENSORED_WEIGHT: Final = (
    0.5  # actuarial: a firm censored inside an interval was at risk for half of it
)
DAYS_A_MONTH: Final = 30.4375
NEVER: Final = pd.Timestamp("2262-01-01")


@dataclass(frozen=True, kw_only=True)
class Scale:
    """How far ahead a model looks: number of 3-month intervals, and horizons of its risks, in months."""

    intervals: int = INTERVALS
    horizons: tuple[int, ...] = HORIZONS


SCALE: Final = Scale()


@dataclass(frozen=True, kw_only=True)
class SupportEpisode:
    """A support opened for a firm, and the first day the record could be known."""

    siren: str
    opened_on: date
    known_at: date


@dataclass(frozen=True, kw_only=True)
class FollowUp:
    """All that can end a firm's observation, as known at one date.

    `openings` (siren, on, known_at) holds every judgment; `closures` and `support` (siren, on) the
    first of each firm; `admin_end` is the last day with complete events. `visits` (siren, on) end
    nothing: they only define subgroups.
    """

    openings: pd.DataFrame
    closures: pd.DataFrame
    support: pd.DataFrame
    admin_end: pd.Timestamp
    visits: pd.DataFrame = field(default_factory=lambda: pd.DataFrame({"siren": [], "on": []}))


def support_episodes(labels: pd.DataFrame | None, *, known_by: date) -> list[SupportEpisode]:
    """Return the supports among the agents' labels (siren, kind, occurred_on, known_at, value) known
    on or before `known_by`.
    """
    records = _recorded(labels, kind=SUPPORT_OPENED, known_by=known_by)
    return [
        SupportEpisode(siren=str(siren), opened_on=opened.date(), known_at=known.date())
        for siren, opened, known in zip(
            records["siren"], records["occurred_on"], records["known_at"], strict=True
        )
    ]


def visits(labels: pd.DataFrame | None, *, known_by: date) -> pd.DataFrame:
    """Return the visits (siren, on) among the agents' labels known on or before `known_by`."""
    records = _recorded(labels, kind=VISITED, known_by=known_by)
    return pd.DataFrame(
        {
            "siren": records["siren"].astype("str"),
            "on": records["occurred_on"].astype("datetime64[s]"),
        }
    )


def follow_up(
    openings: pd.DataFrame,
    *,
    known_by: date,
    closures: pd.DataFrame | None = None,
    support: list[SupportEpisode] | None = None,
) -> FollowUp:
    """Return the follow-up known at `known_by`.

    `openings`: siren, opened_on, known_at; `closures`: siren, closed_on, known_at. Rows known later
    are ignored, and events are complete up to `known_by` minus the publication lag. A
    closure followed by a judgment was not one: it is dropped.
    """
    cut = pd.Timestamp(known_by)
    opened = _dated(openings, on="opened_on", known_by=cut)
    closed = _dated(closures, on="closed_on", known_by=cut)
    last_opening = opened.groupby("siren")["on"].max()
    reopened = last_opening.reindex(closed["siren"]).to_numpy() >= closed["on"].to_numpy()
    closed = closed[~reopened]
    episodes = pd.DataFrame(
        [(e.siren, e.opened_on) for e in support or [] if pd.Timestamp(e.known_at) <= cut],
        columns=["siren", "on"],
    )
    episodes["on"] = pd.to_datetime(episodes["on"]).astype("datetime64[s]")
    return FollowUp(
        openings=opened,
        closures=_first_of_each(closed),
        support=_first_of_each(episodes),
        admin_end=cut - PUBLICATION_LAG,
    )


def censored_at(history: FollowUp, day: date) -> FollowUp:
    """Return the same follow-up with administrative censoring on `day`: moved earlier, never
    later.
    """
    return replace(history, admin_end=min(history.admin_end, pd.Timestamp(day)))


def still_free(snapshots: pd.DataFrame, history: FollowUp) -> pd.Series:
    """Return False where a judgment preceded the snapshot but was published after it: the firm was
    scored, but must not be used in training.

    Only the publication window matters: after an older opening, the firm was either in procedure,
    out of the risk set, or back in bonis.
    """
    day = pd.to_datetime(snapshots["as_of"]).astype("datetime64[s]")
    recent = history.openings.assign(known_at=pd.to_datetime(history.openings["known_at"]))
    merged = (
        pd.DataFrame({"siren": snapshots["siren"], "day": day})
        .reset_index()
        .merge(recent, on="siren")
    )
    blind = merged.loc[
        (merged["on"] <= merged["day"]) & (merged["known_at"] > merged["day"]), "index"
    ]
    return pd.Series(~snapshots.index.isin(blind), index=snapshots.index)


def hazard_rows(
    snapshots: pd.DataFrame, history: FollowUp, *, scale: Scale = SCALE
) -> pd.DataFrame:
    """Return the interval rows of each snapshot (siren, as_of): siren, as_of, interval 1..8, y, weight, and
    `row` (position in `snapshots`).

    An interval (lo, hi] is kept when the firm was still free, open and unsupported at lo and
    observed to hi. A judgment gives y = 1; a support or a closure inside the interval gives y = 0
    with half weight; both end the firm's rows. A firm that leaves on the last day
    was at risk all along.
    """
    ends = exits_of(snapshots, history)
    pieces = []
    for interval in range(1, scale.intervals + 1):
        low = _shift(ends["as_of"], INTERVAL_MONTHS * (interval - 1))
        high = _shift(ends["as_of"], INTERVAL_MONTHS * interval)
        at_risk = (ends["failed"] > low) & (ends["left"] > low) & (high <= history.admin_end)
        failed = at_risk & (ends["failed"] <= high) & (ends["failed"] <= ends["left"])
        left = at_risk & ~failed & (ends["left"] < high)
        columns = {
            "interval": np.full(at_risk.sum(), interval),
            "y": failed[at_risk].to_numpy().astype(np.int8),
            "weight": np.where(left[at_risk], CENSORED_WEIGHT, 1.0),
            "row": np.flatnonzero(at_risk),
        }
        pieces.append(pd.DataFrame(columns))
    rows = pd.concat(pieces, ignore_index=True)
    named = snapshots[["siren", "as_of"]].iloc[rows["row"].to_numpy()]
    return pd.concat([named.reset_index(drop=True), rows], axis="columns")


def outcomes(snapshots: pd.DataFrame, history: FollowUp, *, horizon: int) -> pd.DataFrame:
    """Return what is known of each snapshot at `horizon` months: siren, as_of, y, observed, months, exit.

    `observed` is False when support, closure or the end of the extraction came before both the
    judgment and the horizon; such rows have y = 0 and must be weighted out (`scoring.learning.ipcw`).
    `months` is the time to whichever came first, `exit` says which: failed, left (support or closure), admin, or followed.
    """
    ends = exits_of(snapshots, history)
    end = _shift(ends["as_of"], horizon)
    admin = pd.Series(history.admin_end, index=ends.index)
    stop = pd.concat([end, ends["left"], admin], axis=1).min(axis=1)
    failed = ends["failed"] <= stop
    left = ~failed & (ends["left"] < end) & (ends["left"] <= admin)
    cut_short = ~failed & ~left & (admin < end)
    last = ends["failed"].where(failed, stop)
    result = snapshots[["siren", "as_of"]].copy()
    result["y"] = failed.to_numpy().astype(np.int8)
    result["observed"] = (~(left | cut_short)).to_numpy()
    result["months"] = ((last - ends["as_of"]).dt.days / DAYS_A_MONTH).to_numpy()
    result["exit"] = np.select([failed, left, cut_short], ["failed", "left", "admin"], "followed")
    return result


def has_reached(
    snapshots: pd.DataFrame, history: FollowUp, *, horizon: int
) -> npt.NDArray[np.bool_]:
    """Return whether events are complete `horizon` months after each snapshot."""
    day = pd.to_datetime(snapshots["as_of"]).astype("datetime64[s]")
    return (_shift(day, horizon) <= history.admin_end).to_numpy()


def months_to_opening(snapshots: pd.DataFrame, history: FollowUp) -> pd.Series:
    """Return the months from each snapshot to the next judgment, NaN without one by `admin_end`."""
    ends = exits_of(snapshots, history)
    judged = ends["failed"].where(ends["failed"] <= history.admin_end)
    months = (judged - ends["as_of"]).dt.days / DAYS_A_MONTH
    return months.set_axis(snapshots.index)


def visited(snapshots: pd.DataFrame, history: FollowUp, *, horizon: int) -> pd.Series:
    """Return whether the firm was visited in the `horizon` months after each snapshot."""
    ends = exits_of(snapshots, history)
    first = _first_after(ends, history.visits)
    return (first <= _shift(ends["as_of"], horizon)).set_axis(snapshots.index)


def _recorded(labels: pd.DataFrame | None, *, kind: str, known_by: date) -> pd.DataFrame:
    """Return the agents' labels of one kind known by then, by firm and day."""
    columns = ["siren", "kind", "occurred_on", "known_at"]
    frame = pd.DataFrame(columns=columns) if labels is None else labels[columns]
    days = {column: pd.to_datetime(frame[column]) for column in ("occurred_on", "known_at")}
    frame = frame.assign(**days).sort_values(["siren", "occurred_on"])
    return frame[frame["kind"].eq(kind) & frame["known_at"].le(pd.Timestamp(known_by))]


def _dated(frame: pd.DataFrame | None, *, on: str, known_by: pd.Timestamp) -> pd.DataFrame:
    if frame is None or frame.empty:
        days = pd.Series(dtype="datetime64[s]")
        return pd.DataFrame({"siren": pd.Series(dtype="str"), "on": days, "known_at": days})
    rows = frame[pd.to_datetime(frame["known_at"]) <= known_by]
    return pd.DataFrame(
        {
            "siren": rows["siren"].astype("str"),
            "on": pd.to_datetime(rows[on]).astype("datetime64[s]"),
            "known_at": pd.to_datetime(rows["known_at"]).astype("datetime64[s]"),
        }
    ).reset_index(drop=True)


def _first_of_each(dates: pd.DataFrame) -> pd.DataFrame:
    return dates.sort_values("on").drop_duplicates("siren")[["siren", "on"]]


def exits_of(snapshots: pd.DataFrame, history: FollowUp) -> pd.DataFrame:
    """Return, for each snapshot, the first judgment after it and the day the firm left observation
    (support or closure).
    """
    frame = pd.DataFrame(
        {
            "siren": snapshots["siren"].astype("str").reset_index(drop=True),
            "as_of": pd.to_datetime(snapshots["as_of"])
            .astype("datetime64[s]")
            .reset_index(drop=True),
        }
    )
    exits = [_date_of(frame["siren"], dates) for dates in (history.support, history.closures)]
    frame["left"] = pd.concat(exits, axis=1).min(axis=1)
    frame["failed"] = _first_after(frame, history.openings)
    return frame


def _date_of(sirens: pd.Series, dates: pd.DataFrame) -> pd.Series:
    days = dates.set_index("siren")["on"].reindex(sirens)
    return days.fillna(NEVER).set_axis(sirens.index)


def _first_after(frame: pd.DataFrame, openings: pd.DataFrame) -> pd.Series:
    left = frame[["siren", "as_of"]].reset_index().sort_values("as_of", kind="stable")
    right = openings[["siren", "on"]].sort_values("on", kind="stable")
    merged = pd.merge_asof(
        left,
        right,
        left_on="as_of",
        right_on="on",
        by="siren",
        direction="forward",
        allow_exact_matches=False,
    )
    return merged.set_index("index")["on"].reindex(frame.index).fillna(NEVER)


def _shift(days: pd.Series, months: int) -> pd.Series:
    """Add months, clipping to the end of the month (31 August + 6 months is the last of February)."""
    place, unique = pd.factorize(days)
    shifted = (pd.DatetimeIndex(unique) + pd.DateOffset(months=months)).astype("datetime64[s]")
    return pd.Series(shifted.to_numpy()[place], index=days.index)
