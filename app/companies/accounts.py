"""The annual accounts of a firm as its page shows them: a line a figure, a column a closing, arrows between them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from app.companies.models import AnnualAccounts
from app.core.now import today
from app.core.text.french import UNKNOWN, euros, month_fr, number_fr
from scoring.dictionary.numbers import euros_in_short

#: a figure that moved by less in a year is said, and filtered, as what it was
STEADY = 0.05
#: months after which the next accounts should be known: a year, and the seven months that the law allows
DUE_MONTHS = 12 + 7
#: days between two closings that follow each other: a first one may last longer than a year
FOLLOWING = 550
#: percent beyond which a ratio is bounded
MOST_SAID = 1_000.0


def _with(value: float | None, unit: str) -> str:
    return number_fr(value, 1) if value is None else f"{number_fr(value, 1)}\u00a0{unit}"


def _debt(value: float | None) -> str:
    """The debts over the equity: beyond ten times, or of a negative equity, the figure itself says nothing."""
    if value is not None and value < 0:
        return "fonds propres négatifs"
    if value is not None and value > MOST_SAID:
        return f"plus de {_with(MOST_SAID, '%')}"
    return _with(value, "%")


def _in_short(value: float | None) -> str:
    return UNKNOWN if value is None else euros_in_short(value)


Line = tuple[str, str, Callable[[float | None], str]]
#: each figure: its name, how agents call it, how it is written
LINES: tuple[Line, ...] = (
    ("revenue", "Chiffre d’affaires", euros),
    ("ebitda", "Excédent brut d’exploitation", euros),
    ("ebit", "Résultat d’exploitation", euros),
    ("net_income", "Résultat net", euros),
    ("ebitda_margin", "Marge d’EBE", lambda value: _with(value, "%")),
    ("financial_autonomy", "Autonomie financière", lambda value: _with(value, "%")),
    ("debt_ratio", "Taux d’endettement", _debt),
    ("liquidity_ratio", "Ratio de liquidité", lambda value: _with(value, "%")),
    ("customer_days", "Délai de paiement des clients", lambda value: _with(value, "jours")),
    ("supplier_days", "Délai de paiement des fournisseurs", lambda value: _with(value, "jours")),
)
#: those in euros, as people say them
AMOUNTS: tuple[Line, ...] = tuple(
    (name, label, _in_short) for name, label, write in LINES if write is euros
)
#: closings of the amounts in short
SHOWN = 3


@dataclass(frozen=True, kw_only=True)
class AccountsCell:
    """A figure at a closing, and which way it went since the closing before: up, down, flat; `None` when unknown."""

    text: str
    way: str | None


@dataclass(frozen=True, kw_only=True)
class AccountsTable:
    """``closings``: what each column is, the latest first; ``lines``: label and cells; ``amounts``: those in euros, rounded, of
    the last closings; ``remark``: what is lacking or late.
    """

    closings: Sequence[str]
    lines: Sequence[tuple[str, Sequence[AccountsCell]]]
    amounts: Sequence[tuple[str, Sequence[AccountsCell]]]
    remark: str
    has_confidential: bool

    @property
    def columns(self) -> list[dict[str, object]]:
        """The columns, as the macro of tables expects them."""
        named = [{"label": closing, "numeric": True} for closing in self.closings]
        return [{"label": "Exercice clos en"}, *named]

    @property
    def last_columns(self) -> list[dict[str, object]]:
        """Those of ``amounts``."""
        return self.columns[: SHOWN + 1]


def accounts_table(rows: Sequence[AnnualAccounts], *, reads_all: bool) -> AccountsTable:
    """Return the table of the accounts in ``rows``, latest first; figures that no closing has are left out.

    ``reads_all``: whether ``rows`` has the confidential ones: without them, nobody can be said to be late.
    """
    return AccountsTable(
        closings=[_closing(row) for row in rows],
        lines=_lines(rows, LINES),
        amounts=_lines(rows, AMOUNTS, shown=SHOWN),
        remark=_remark(rows, reads_all=reads_all),
        has_confidential=any(row.nature for row in rows),
    )


def _lines(
    rows: Sequence[AnnualAccounts], asked: Sequence[Line], *, shown: int | None = None
) -> list[tuple[str, list[AccountsCell]]]:
    return [
        (label, [_cell(rows, place, name, write) for place in range(len(rows))][:shown])
        for name, label, write in asked
        if any(getattr(row, name) is not None for row in rows)
    ]


def _cell(
    rows: Sequence[AnnualAccounts], place: int, name: str, write: Callable[[float | None], str]
) -> AccountsCell:
    value, former = getattr(rows[place], name), rows[place + 1 : place + 2]
    befores = [
        getattr(row, name) for row in former if follows(rows[place].closed_on, row.closed_on)
    ]
    return AccountsCell(text=write(value), way=way_of(value, next(iter(befores), None)))


def follows(closing: date | None, former: date | None) -> bool:
    """Return whether a closing comes right after another: between them, none was left out or may not be read."""
    return bool(closing and former and (closing - former).days <= FOLLOWING)


def way_of(value: float | None, before: float | None) -> str | None:
    """Which way a figure went, on the scale of what it was: a loss that deepens goes down."""
    if value is None or before is None or before == 0:
        return None
    change = (value - before) / abs(before)
    if abs(change) < STEADY:
        return "flat"
    return "up" if change > 0 else "down"


def _closing(row: AnnualAccounts) -> str:
    return f"{month_fr(row.closed_on)}{' (confidentiels)' if row.nature else ''}"


def _remark(rows: Sequence[AnnualAccounts], *, reads_all: bool) -> str:
    """What is missing: nothing known, or accounts that should have come."""
    if not rows:
        return "Aucun compte que vous puissiez lire : non déposés, ou déclarés confidentiels."
    months = _months_since(rows[0].closed_on)
    if months > DUE_MONTHS and not reads_all:
        return (
            f"Le dernier exercice que vous pouvez lire est clos depuis {months} mois : "
            "les suivants ne sont pas déposés, ou sont déclarés confidentiels."
        )
    if months > DUE_MONTHS:
        return f"Comptes en retard : le dernier exercice connu est clos depuis {months} mois."
    if all(getattr(rows[0], name) is None for name, *_ in LINES):
        return "Le dernier exercice est déposé sans ses chiffres."
    return ""


def _months_since(day: date) -> int:
    now = today()
    return 12 * (now.year - day.year) + now.month - day.month
