"""The firms and establishments of the simulated region: what does not change with time."""

from dataclasses import dataclass, fields
from typing import Self

import numpy as np
from numpy.typing import NDArray

from scoring.lab.simulate.firms.cohorts import MAX_ESTABLISHMENTS
from scoring.lab.simulate.firms.geography import COMMUNES
from scoring.lab.simulate.firms.identifiers import draw_sirens, number_accounts, number_sirets
from scoring.lab.simulate.firms.names import (
    draw_firm_names,
    draw_first_names,
    draw_places,
    draw_streets,
)
from scoring.lab.simulate.firms.sectors import ACTIVITIES, BRANCH_OF_ACTIVITY, trait_by_branch
from scoring.lab.simulate.randomness import Seed, stream
from scoring.lab.simulate.timeline import BURN_IN_MONTHS, Days, Timeline

LEGAL_CATEGORIES = ("5710", "5499", "5720", "5498", "5599", "9220", "1000")
LEGAL_SHARES = (0.48, 0.36, 0.06, 0.04, 0.03, 0.015, 0.015)
SOLE_TRADER = "1000"
SMALL_SHARE = 0.18
"""Share of firms with a little less than the ten employees of the perimeter."""
NEW_FIRMS_SHARE = 0.12
"""Share of firms created during the observed months."""


@dataclass(frozen=True, kw_only=True)
class Firms:
    """One entry for each firm. `frailty` is a standard normal: its permanent exposure to distress.

    `pay_habit` shifts, on the scale of distress, how badly the firm pays; `base_size` is its
    workforce at the start; `created_month` is an index of the timeline (negative: long before).
    """

    siren: NDArray[np.str_]
    name: NDArray[np.str_]
    first_name: NDArray[np.str_]
    family_name: NDArray[np.str_]
    legal_category: NDArray[np.str_]
    activity: NDArray[np.int64]
    commune: NDArray[np.int64]
    created_on: Days
    created_month: NDArray[np.int64]
    base_size: NDArray[np.float64]
    frailty: NDArray[np.float64]
    pay_habit: NDArray[np.float64]
    monthly_wage: NDArray[np.float64]
    quarterly: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.siren)

    @property
    def display_name(self) -> NDArray[np.str_]:
        """The name partners use for each firm: its own, or the trader's."""
        trader = np.char.add(np.char.add(self.family_name, " "), self.first_name)
        return np.where(self.legal_category == SOLE_TRADER, trader, self.name)

    @property
    def branch(self) -> NDArray[np.int64]:
        """Branch of each firm (values of `Branch`)."""
        return BRANCH_OF_ACTIVITY[self.activity]

    @property
    def naf(self) -> NDArray[np.str_]:
        """NAF Rev2 code of each firm, with its dot."""
        return np.array([activity.naf for activity in ACTIVITIES], dtype=str)[self.activity]

    @property
    def department(self) -> NDArray[np.str_]:
        """Département of each head office."""
        return np.array([commune.department for commune in COMMUNES], dtype=str)[self.commune]

    def select(self, chosen: NDArray[np.int64]) -> Self:
        """Return the firms at the chosen indices, in that order."""
        return type(self)(**{f.name: getattr(self, f.name)[chosen] for f in fields(self)})


@dataclass(frozen=True, kw_only=True)
class Establishments:
    """One entry for each establishment, in the order of their firms, the head office first."""

    firm: NDArray[np.int64]
    siret: NDArray[np.str_]
    account: NDArray[np.str_]
    is_head_office: NDArray[np.bool_]
    share: NDArray[np.float64]
    commune: NDArray[np.int64]
    created_on: Days
    street_number: NDArray[np.str_]
    street_type: NDArray[np.str_]
    street: NDArray[np.str_]
    longitude: NDArray[np.float64]
    latitude: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.firm)

    @property
    def department(self) -> NDArray[np.str_]:
        """Département of each establishment."""
        return np.array([commune.department for commune in COMMUNES], dtype=str)[self.commune]


def draw_firms(*, seed: Seed, count: int, timeline: Timeline) -> Firms:
    """Draw `count` firms, all created before the end of the timeline."""
    rng = stream(seed, "firms")
    activity = _weighted(rng, [activity.share for activity in ACTIVITIES], count)
    commune = _weighted(rng, [commune.weight for commune in COMMUNES], count)
    base_size = _draw_sizes(rng, count)
    created_month = _draw_creation(rng, count, timeline)
    first_of_month = (timeline.all_months[0] + created_month).astype("datetime64[D]")
    wages = trait_by_branch("monthly_wage")[BRANCH_OF_ACTIVITY[activity]]
    names = stream(seed, "names")
    return Firms(
        siren=draw_sirens(seed, count),
        name=draw_firm_names(names, activity),
        first_name=draw_first_names(names, count),
        family_name=draw_places(names, count),
        legal_category=np.array(LEGAL_CATEGORIES)[rng.choice(7, size=count, p=LEGAL_SHARES)],
        activity=activity,
        commune=commune,
        created_on=first_of_month + rng.integers(0, 28, size=count).astype("timedelta64[D]"),
        created_month=created_month,
        base_size=base_size,
        frailty=rng.standard_normal(count),
        pay_habit=rng.normal(0.0, 0.35, size=count),
        monthly_wage=wages * np.exp(rng.normal(0.0, 0.18, size=count)),
        quarterly=(base_size < 11) & (rng.random(count) < 0.55),
    )


def draw_establishments(*, seed: Seed, firms: Firms, timeline: Timeline) -> Establishments:
    """Draw one to five establishments for each firm, more of them for the larger ones."""
    rng = stream(seed, "establishments")
    chance = np.clip(np.log(firms.base_size / 8.0) * 0.09, 0.0, 0.45)
    counts = 1 + rng.binomial(MAX_ESTABLISHMENTS - 1, chance)
    firm = np.repeat(np.arange(len(firms)), counts)
    rank = np.arange(len(firm)) - np.repeat(np.cumsum(counts) - counts, counts)
    head = rank == 0
    weight = rng.gamma(2.0, 1.0, size=len(firm)) + np.where(head, 2.5, 0.0)
    commune = np.where(head, firms.commune[firm], _nearby(rng, firms.commune[firm]))
    number, street_type, street = draw_streets(rng, len(firm))
    where = np.array([(place.longitude, place.latitude) for place in COMMUNES])[commune]
    jitter = rng.normal(0.0, 0.008, size=where.shape)
    return Establishments(
        firm=firm,
        siret=number_sirets(firms.siren[firm], rank + 1),
        account=number_accounts(seed, len(firm)),
        is_head_office=head,
        share=weight / np.bincount(firm, weights=weight)[firm],
        commune=commune,
        created_on=_opening_days(rng, firms=firms, firm=firm, head=head, timeline=timeline),
        street_number=number,
        street_type=street_type,
        street=street,
        longitude=np.round(where[:, 0] + jitter[:, 0], 6),
        latitude=np.round(where[:, 1] + jitter[:, 1], 6),
    )


def _weighted(rng: np.random.Generator, weights: list[float], count: int) -> NDArray[np.int64]:
    total = np.array(weights)
    return rng.choice(len(weights), size=count, p=total / total.sum())


def _draw_sizes(rng: np.random.Generator, count: int) -> NDArray[np.float64]:
    usual = np.clip(10.0 * np.exp(np.abs(rng.normal(0.0, 1.15, size=count))), 10.0, 500.0)
    small = rng.uniform(3.0, 9.5, size=count)
    return np.where(rng.random(count) < SMALL_SHARE, small, usual)


def _draw_creation(rng: np.random.Generator, count: int, timeline: Timeline) -> NDArray[np.int64]:
    """Return the months of creation: mostly an exponential age of 14 years, some during the timeline."""
    before = -np.ceil(rng.exponential(14 * 12, size=count)).clip(3, 12 * 65)
    during = rng.integers(BURN_IN_MONTHS, timeline.size, size=count)
    return np.where(rng.random(count) < NEW_FIRMS_SHARE, during, before).astype(np.int64)


def _nearby(rng: np.random.Generator, communes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return a neighbour in the list of communes, which is sorted by département."""
    step = rng.integers(-4, 5, size=len(communes))
    return (communes + step) % len(COMMUNES)


def _opening_days(
    rng: np.random.Generator,
    *,
    firms: Firms,
    firm: NDArray[np.int64],
    head: NDArray[np.bool_],
    timeline: Timeline,
) -> Days:
    """Return opening days: head offices open with their firm; others later, but before the first observed month."""
    first = firms.created_on[firm]
    limit = timeline.all_months[BURN_IN_MONTHS].astype("datetime64[D]")
    room = np.maximum((limit - first).astype(np.int64), 0)
    later = first + (rng.random(len(firm)) * room).astype(np.int64).astype("timedelta64[D]")
    opened: Days = np.where(head, first, later)
    return opened
