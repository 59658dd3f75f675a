"""The effect of other expert rules on the list in force: how many firms would enter, leave or change level, and which."""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from app.companies.models import Company
from app.core.access.elevation import reading_as_system
from app.core.access.identity import Identity, Nature
from app.core.errors import DomainError
from app.core.work import apart
from app.detections.lists import queries
from app.detections.models import DetectionList, RunStep, StepName
from app.detections.rules import engine
from scoring.vocabulary import Level

#: maximum number of firms named
NAMED = 50

#: the products of a run that trying rules reads
READ = (StepName.FEATURES, StepName.SCORE, StepName.RULES)


@dataclass(frozen=True, kw_only=True)
class Move:
    """A firm whose level would differ from the list."""

    siren: str
    before: Level
    after: Level
    natures: frozenset[Nature]

    @property
    def kind(self) -> str:
        """One of ``entered``, ``left``, ``raised`` and ``lowered``."""
        if self.before is Level.NONE:
            return "entered"
        if self.after is Level.NONE:
            return "left"
        return "raised" if self.after.rank > self.before.rank else "lowered"


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
    """Preview a text on the list in force; nothing is written. Raise `DomainError` without a list or a valid text."""
    # Data scientists may not read lists: only the id, the day and the thresholds of this one are used.
    with reading_as_system(session, reason="Essai de règles d’expert"):
        current = queries.find_current_list(session)
    if current is None:
        raise DomainError("Aucune liste n’est publiée : il n’y a rien sur quoi essayer les règles.")
    rules, day = engine.read(text), max(current.as_of, in_force_from)
    effect = _effect(session, home, current, text, day)
    natures = {rule.name: frozenset(rule.natures) for rule in rules.rules}
    moves = [_move(natures, **values) for values in effect["moves"]]
    named = _named(session, identity, moves)
    return Preview(
        as_of=current.as_of,
        on=day,
        counts=Counter(move.kind for move in moves),
        by_rule=effect["by_rule"],
        named=named[:NAMED],
        hidden=len(moves) - len(named[:NAMED]),
    )


def _effect(
    session: Session, home: Path, current: DetectionList, text: str, day: date
) -> dict[str, Any]:
    """Return what `scoring.listing.trial.effect` says of a text and of the files left by the run of the list."""
    run = home / "runs" / str(current.run_id)
    products = [run / f"{step.value}.parquet" for step in READ]
    if not all(path.exists() for path in products):
        raise DomainError(
            "Les variables de la liste en cours ne sont plus gardées : relancez une détection."
        )
    _require_intact(session, current, products)
    cuts = [f"--{name}={cut!r}" for name, cut in current.parameters["thresholds"].items()]
    arguments = ["try-rules", *map(str, products), f"--day={day.isoformat()}", *cuts]
    with apart.ask(*arguments, text=text) as answer:
        effect: dict[str, Any] = json.load(answer)
    return effect


def _require_intact(session: Session, current: DetectionList, products: Sequence[Path]) -> None:
    """Raise `DomainError` unless the digest of each product is the one that its step recorded."""
    steps = session.execute(
        select(RunStep.name, RunStep.counts).where(RunStep.run_id == current.run_id)
    )
    recorded = {name: counts.get("sha256") for name, counts in steps}
    for step, path in zip(READ, products, strict=True):
        with path.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != recorded.get(step):
                raise DomainError(
                    "Les variables de la liste en cours ont été changées sur le disque : relancez une détection."
                )


def _move(
    natures: Mapping[str, frozenset[Nature]],
    *,
    siren: str,
    before: str | None,
    after: str | None,
    rules: Sequence[str],
    was_ruled: bool,
) -> Move:
    needed: frozenset[Nature] = frozenset().union(*(natures[name] for name in rules))
    if was_ruled:
        # A firm moved by a former rule also reveals that rule's features, whose natures are no longer known.
        needed |= {Nature.URSSAF, Nature.ACTIVITE_PARTIELLE, Nature.BANQUE_DE_FRANCE}
    return Move(siren=siren, before=_level(before), after=_level(after), natures=needed)


def _level(code: str | None) -> Level:
    return Level(code) if code else Level.NONE


def _named(
    session: Session, identity: Identity, moves: Sequence[Move]
) -> list[tuple[Company, Move]]:
    """Keep the firms whose alert, and every nature the rules use, the reader could read on the firm's page."""
    if Nature.SCORE not in identity.natures:
        return []
    by_siren = {move.siren: move for move in moves}
    firms = session.scalars(
        select(Company)
        .where(Company.siren.in_(list(by_siren)))
        .options(undefer(Company.readable))
        .order_by(Company.siren)
    )
    return [
        (firm, by_siren[firm.siren])
        for firm in firms
        if {Nature.SCORE, *by_siren[firm.siren].natures} <= set(firm.readable)
    ]
