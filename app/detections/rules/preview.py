"""What other expert rules would make of the list in force: how many firms would enter, leave or change level, and which."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.companies import policies as company_policies
from app.companies.models import Company
from app.core.access.elevation import reading_as_system
from app.core.access.identity import Identity, Nature
from app.core.errors import DomainError
from app.detections.lists import queries
from app.detections.models import DetectionList, Level, StepName
from app.detections.rules import engine
from scoring.learning.thresholds import Thresholds
from scoring.listing import rules as layer

#: firms named at most
NAMED = 50
#: rank of each level, to tell what goes up from what goes down
RANKS = {Level.NONE: 0, Level.MODEREE: 1, Level.ELEVEE: 2}


@dataclass(frozen=True, kw_only=True)
class Move:
    """A firm whose level would not be the one of the list."""

    siren: str
    before: Level
    after: Level
    natures: frozenset[Nature]

    @property
    def kind(self) -> str:
        """entered, left, raised or lowered."""
        if self.before is Level.NONE:
            return "entered"
        if self.after is Level.NONE:
            return "left"
        return "raised" if RANKS[self.after] > RANKS[self.before] else "lowered"


@dataclass(frozen=True, kw_only=True)
class Preview:
    """The effect of a text on a list; ``named``: the firms the reader may see, ``hidden``: how many more."""

    as_of: date
    on: date
    counts: Counter[str] = field(default_factory=Counter)
    by_rule: dict[str, int] = field(default_factory=dict)
    named: Sequence[tuple[Company, Move]] = ()
    hidden: int = 0


def preview(
    session: Session, identity: Identity, *, home: Path, text: str, in_force_from: date
) -> Preview:
    """Try a text on the list in force; nothing is written. Raise `DomainError` for want of a list or of a valid text."""
    # A data scientist reads no list: of this one, only its number, its day and its thresholds are used.
    with reading_as_system(session, reason="Essai de règles d’expert"):
        current = queries.find_current_list(session)
    if current is None:
        raise DomainError("Aucune liste n’est publiée : il n’y a rien sur quoi essayer les règles.")
    rules, day = engine.read(text), max(current.as_of, in_force_from)
    found, former = _ruled(home, current, rules, day)
    moves = _moves(found, former, rules)
    named = _named(session, identity, moves)
    counted = Counter(name for names in found["rules"] for name in names)
    return Preview(
        as_of=current.as_of,
        on=day,
        counts=Counter(move.kind for move in moves),
        by_rule={rule.name: counted[rule.name] for rule in rules.on(day)},
        named=named[:NAMED],
        hidden=len(moves) - len(named[:NAMED]),
    )


def _ruled(
    home: Path, current: DetectionList, rules: layer.RuleSet, day: date
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The levels after the rules tried, and those of the list: what its run left on disk."""
    run = home / "runs" / str(current.run_id)
    try:
        table, scores, former = (
            pd.read_parquet(run / f"{step.value}.parquet")
            for step in (StepName.FEATURES, StepName.SCORE, StepName.RULES)
        )
    except FileNotFoundError as error:
        raise DomainError(
            "Les variables de la liste en cours ne sont plus gardées : relancez une détection."
        ) from error
    cuts = Thresholds(**current.parameters["thresholds"])
    levels = [cuts.level(risk) for risk in scores["p18"]]
    return layer.apply(rules, table, levels, as_of=day), former


def _moves(found: pd.DataFrame, former: pd.DataFrame, rules: layer.RuleSet) -> list[Move]:
    natures = {rule.name: frozenset(map(Nature, rule.natures)) for rule in rules.rules}
    levels = former.set_index("siren")["level"].to_dict()
    # What a former rule had moved is told by its features too: their natures are not known any more.
    moved_before = set(layer.moved(former)["siren"])
    moves = []
    for siren, level, names in zip(found["siren"], found["level"], found["rules"], strict=True):
        was, now = _level(levels.get(siren)), _level(level)
        if was is now:
            continue
        needed = frozenset().union(*(natures[name] for name in names))
        if siren in moved_before:
            needed |= {Nature.URSSAF, Nature.ACTIVITE_PARTIELLE, Nature.BANQUE_DE_FRANCE}
        moves.append(Move(siren=str(siren), before=was, after=now, natures=needed))
    return moves


def _level(code: Any) -> Level:
    return Level(code) if isinstance(code, str) else Level.NONE


def _named(
    session: Session, identity: Identity, moves: Sequence[Move]
) -> list[tuple[Company, Move]]:
    """The firms the reader would read on their own page: the alert, and every nature the rules read."""
    if Nature.SCORE not in identity.natures:
        return []
    by_siren = {move.siren: move for move in moves}
    firms = session.scalars(
        select(Company).where(Company.siren.in_(list(by_siren))).order_by(Company.siren)
    )
    return [
        (firm, by_siren[firm.siren])
        for firm in firms
        if company_policies.reads_nature(identity, firm, Nature.SCORE)
        and all(
            company_policies.reads_nature(identity, firm, nature)
            for nature in by_siren[firm.siren].natures
        )
    ]
