"""Which firms an expert helps: conditions on public facts and on what the asker says, never on what Vigie knows in confidence.

No alert, no level, no confidential nature is a fact here. A fact that nobody knows excludes nobody: it is to be checked.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from app.core.errors import DomainError
from app.core.text.labelled import LabelledEnum

ABOVE = "Le minimum ({}) dépasse le maximum ({}) : aucune entreprise ne conviendrait."
SHUT = "Tout ce qui est accepté est aussi exclu ({}) : aucune entreprise ne conviendrait."
NEGATIVE = "Saisissez un nombre positif."


class FirmCondition(LabelledEnum):
    """What a condition looks at."""

    WORKFORCE = "effectif", "Effectif"
    AGE = "anciennete", "Ancienneté"
    NAF = "naf", "Activité (NAF)"
    LEGAL = "forme", "Forme juridique"
    PROCEDURE = "procedure", "Procédure collective"
    DEBT = "dette", "Dette déclarée"
    FIRST = "premiere", "Première demande"


@dataclass(frozen=True, kw_only=True, slots=True)
class FirmFacts:
    """What is known of a firm: public facts, and what the asker says of its debt and former requests. `None`: nobody knows."""

    #: fewest and most people; the second is `None` for a band without an upper bound
    workforce: tuple[int, int | None] | None = None
    created_on: date | None = None
    naf: str | None = None
    legal_category: str | None = None
    #: code of `ProcedureStatus`
    procedure: str | None = None
    has_debt: bool | None = None
    is_first: bool | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Criteria:
    """Conditions that all hold together; an empty one accepts everything. Ages in years, bounds included, codes by their beginning."""

    workforce_min: int | None = None
    workforce_max: int | None = None
    age_min: int | None = None
    age_max: int | None = None
    naf_accepted: tuple[str, ...] = ()
    naf_excluded: tuple[str, ...] = ()
    legal_accepted: tuple[str, ...] = ()
    legal_excluded: tuple[str, ...] = ()
    procedures: tuple[str, ...] = ()
    #: whether the firm must have declared a debt, or none
    debt: bool | None = None
    first: bool | None = None

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "Criteria":
        """Return what `stored` wrote."""
        values: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in stored.items()
        }
        return cls(**values)

    @property
    def stored(self) -> dict[str, Any]:
        """What is kept of them: the conditions that are set."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        kept = {name: value for name, value in values.items() if value not in (None, ())}
        return {k: list(v) if isinstance(v, tuple) else v for k, v in kept.items()}

    def require_possible(self) -> None:
        """Raise `DomainError` on conditions that no firm can meet."""
        for low, high in (("workforce_min", "workforce_max"), ("age_min", "age_max")):
            least, most = getattr(self, low), getattr(self, high)
            for name, value in ((low, least), (high, most)):
                if value is not None and value < 0:
                    raise DomainError(NEGATIVE, field=name)
            if least is not None and most is not None and least > most:
                raise DomainError(ABOVE.format(least, most), field=low)
        for accepted, excluded in (("naf_accepted", "naf_excluded"), ("legal_accepted", "legal_excluded")):  # fmt: skip
            kept, out = getattr(self, accepted), getattr(self, excluded)
            if kept and all(_begins(code, out) for code in kept):
                raise DomainError(SHUT.format(", ".join(kept)), field=accepted)

    def against(self, facts: FirmFacts, day: date) -> "CriteriaCheck":
        """Hold the conditions against a firm, on a day."""
        said = list(_checks(self, facts, day))
        return CriteriaCheck(
            met=tuple(fact for fact, verdict in said if verdict is True),
            failed=tuple(fact for fact, verdict in said if verdict is False),
            unknown=tuple(fact for fact, verdict in said if verdict is None),
        )


#: criteria that hold for some subjects alone, by their numbers
Limited = tuple[tuple[frozenset[int], Criteria], ...]


def in_force(*levels: tuple[Mapping[str, Any], Sequence[int]]) -> tuple[Criteria, Limited]:
    """Return the criteria of every subject, and those that come before them for some.

    ``levels``: what is stored and for which subjects (none: every one), the nearest first: of an expert, then of their antenne.
    """
    limited: list[tuple[frozenset[int], Criteria]] = []
    for stored, subject_ids in levels:
        if stored and not subject_ids:
            return Criteria.of(stored), tuple(limited)
        if stored:
            limited.append((frozenset(subject_ids), Criteria.of(stored)))
    return Criteria(), tuple(limited)


@dataclass(frozen=True, kw_only=True, slots=True)
class CriteriaCheck:
    """What came of each condition that is set."""

    met: tuple[FirmCondition, ...] = ()
    failed: tuple[FirmCondition, ...] = ()
    unknown: tuple[FirmCondition, ...] = ()


#: of an expert without any condition
NO_CONDITION = CriteriaCheck()


def _checks(
    wanted: Criteria, facts: FirmFacts, day: date
) -> Iterator[tuple[FirmCondition, bool | None]]:  # fmt: skip
    """Each condition that is set: met, failed, or not known."""
    if wanted.workforce_min is not None or wanted.workforce_max is not None:
        yield (
            FirmCondition.WORKFORCE,
            _between(facts.workforce, wanted.workforce_min, wanted.workforce_max),
        )
    if wanted.age_min is not None or wanted.age_max is not None:
        age = None if facts.created_on is None else _years(facts.created_on, day)
        yield FirmCondition.AGE, _between(None if age is None else (age, age), wanted.age_min, wanted.age_max)  # fmt: skip
    if wanted.naf_accepted or wanted.naf_excluded:
        yield FirmCondition.NAF, _allowed(facts.naf, wanted.naf_accepted, wanted.naf_excluded)
    if wanted.legal_accepted or wanted.legal_excluded:
        yield FirmCondition.LEGAL, _allowed(facts.legal_category, wanted.legal_accepted, wanted.legal_excluded)  # fmt: skip
    if wanted.procedures:
        yield FirmCondition.PROCEDURE, None if facts.procedure is None else facts.procedure in wanted.procedures  # fmt: skip
    if wanted.debt is not None:
        yield FirmCondition.DEBT, None if facts.has_debt is None else facts.has_debt is wanted.debt
    if wanted.first is not None:
        yield (
            FirmCondition.FIRST,
            None if facts.is_first is None else facts.is_first is wanted.first,
        )


def _between(
    band: tuple[int, int | None] | None, least: int | None, most: int | None
) -> bool | None:  # fmt: skip
    """Whether a band lies between two bounds; not known when one of them cuts it."""
    if band is None:
        return None
    low, high = band
    if (least is not None and high is not None and high < least) or (most is not None and low > most):  # fmt: skip
        return False
    is_whole = (least is None or low >= least) and (most is None or (high is not None and high <= most))  # fmt: skip
    return True if is_whole else None


def _allowed(code: str | None, accepted: Sequence[str], excluded: Sequence[str]) -> bool | None:
    if not code:
        return None
    bare = code.replace(".", "")
    return (not accepted or _begins(bare, accepted)) and not _begins(bare, excluded)


def _begins(code: str, beginnings: Sequence[str]) -> bool:
    return any(code.startswith(each) for each in beginnings)


def _years(since: date, day: date) -> int:
    return day.year - since.year - ((day.month, day.day) < (since.month, since.day))
