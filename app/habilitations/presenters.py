"""How rights read on pages, in files, and what the address of a list asks."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from app.accounts.models import Administration, Agent
from app.core.access.identity import Identity, Nature, Role
from app.core.now import utcnow
from app.core.text import csv_files
from app.core.text.french import datetime_fr
from app.core.text.spreadsheets import Column, Kind, workbook
from app.habilitations.agents.forms import ROLE_LABELS, AgentFilterForm
from app.habilitations.agents.line_entries import COLUMNS
from app.habilitations.models import Habilitation, ReviewDecision, ReviewItem
from app.habilitations.rights.forms import RegisterFilterForm
from app.habilitations.rights.register import (
    AccountState,
    AgentFilter,
    RegisterFilter,
    RightState,
    account_state_of,
    state_of,
)

MIME_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
BADGES = {
    RightState.IN_FORCE: "success", RightState.SUSPENDED: "warning", RightState.ENDED: None,
    RightState.WITHDRAWN: "error", AccountState.ACTIVE: "success", AccountState.SUSPENDED: "warning",
    AccountState.CLOSED: "error",
}  # fmt: skip
RIGHT_COLUMNS = (
    Column("Agent", width=28), Column("Adresse", width=34), Column("Administration"), Column("Fonction", width=34),
    Column("Zone", width=28), Column("Natures", width=50), Column("Début", Kind.DATE), Column("Fin", Kind.DATE),
    Column("État"), Column("Demandée par", width=28), Column("Validée par", width=28), Column("Retirée par", width=28),
    Column("Motif du retrait", width=50),
)  # fmt: skip
AGENT_COLUMNS = tuple(
    Column(name, Kind.DATE if name == "fin" else Kind.TEXT, 24) for name in COLUMNS
)
REVIEW_COLUMNS = (
    Column("Agent", width=28), Column("Administration"), Column("Zone", width=28), Column("Natures", width=50),
    Column("Fin", Kind.DATE), Column("Décision", width=34), Column("Par", width=28), Column("Le", Kind.DATE),
)  # fmt: skip
#: a line that says by itself how to fill the others
EXAMPLE = (
    "prenom.nom@exemple.invalid", "Prénom", "Nom", Administration.DIRECCTE.value, "Chargé de mission", "21",
    "score|urssaf", "codefi|crp", None,
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class File:
    """A file taken out of Vigie, and what the journal keeps of it."""

    content: bytes
    name: str
    trace: dict[str, Any]


def make_file(
    kind: str,
    name: str,
    columns: Sequence[Column],
    rows: Iterable[Sequence[object]],
    *,
    identity: Identity,
    filters: dict[str, str] | None = None,
) -> File:
    """The rows as ``csv`` or ``xlsx``, where a text is never a formula."""
    asked = {label: value for label, value in (filters or {}).items() if value}
    written = list(rows)
    if kind == "csv":
        content = csv_files.write([column.label for column in columns], written)
    else:
        mark = f"Extrait de Vigie par {identity.name} le {datetime_fr(utcnow())}. Ne pas diffuser."
        content = workbook(
            title=name, columns=columns, rows=written, filters=list(asked.items()), watermark=mark
        )
    trace = {
        "file": name, "filters": asked, "count": len(written), "columns": [column.label for column in columns],
        "sha256": hashlib.sha256(content).hexdigest(),
    }  # fmt: skip
    return File(content=content, name=f"vigie-{name}.{kind}", trace=trace)


def natures(right: Any) -> str:
    """The natures of a right, in words."""
    return ", ".join(nature.label for nature in Nature if nature in right.natures)


def role_names(roles: Iterable[Role]) -> str:
    """Roles, in words."""
    return ", ".join(ROLE_LABELS[role].split(" :")[0] for role in roles)


def right_state(right: Habilitation) -> dict[str, str | None]:
    """The badge of a habilitation read with its agent."""
    state = state_of(right)
    return {"label": state.label, "kind": BADGES[state]}


def account_state(agent: Agent) -> dict[str, str | None]:
    """The badge of an account."""
    state = account_state_of(agent)
    return {"label": state.label, "kind": BADGES[state]}


def decision(item: ReviewItem) -> str | None:
    """What became of a line of a review; ``None`` while it waits."""
    match item.decision:
        case ReviewDecision.KEEP:
            return "Maintenue, renouvellement demandé"
        case ReviewDecision.CHANGE:
            return "Modification demandée"
        case ReviewDecision.WITHDRAW:
            return "Retirée"
    if item.habilitation.withdrawn_at is None:
        return None if item.campaign.closed_at is None else "Finie d’elle-même"
    # Withdrawn by nobody: by the date.
    return "Retirée faute de décision" if item.habilitation.withdrawn_by is None else "Déjà retirée"


def right_row(right: Habilitation) -> tuple[object, ...]:
    """A line of `RIGHT_COLUMNS`."""
    return (
        right.agent.full_name, right.agent.email, right.agent.administration.label, right.function,
        right.zone.name, natures(right), right.starts_on, right.ends_on, state_of(right).label,
        right.requester.full_name, right.validator.full_name,
        right.withdrawer.full_name if right.withdrawer else None, right.withdrawal_reason,
    )  # fmt: skip


def review_row(item: ReviewItem) -> tuple[object, ...]:
    """A line of `REVIEW_COLUMNS`."""
    right = item.habilitation
    return (
        item.agent.full_name, item.agent.administration.label, right.zone.name, natures(right), right.ends_on,
        decision(item) or "À décider", item.decider.full_name if item.decider else None,
        item.decided_at.date() if item.decided_at else None,
    )  # fmt: skip


def register_filter(form: RegisterFilterForm) -> RegisterFilter:
    """What the filters of the register ask."""
    house, state, end = form.chosen("administration"), form.chosen("etat"), form.chosen("fin")
    return RegisterFilter(
        text=(form.q.data or "").strip()[:200],
        administration=Administration(house) if house else None,
        zone=form.chosen("zone"),
        state=RightState(state) if state else None,
        ends_within=int(end) if end else None,
    )


def agent_filter(form: AgentFilterForm) -> AgentFilter:
    """What the filters of the accounts ask."""
    house, state, role = form.chosen("administration"), form.chosen("etat"), form.chosen("role")
    return AgentFilter(
        text=(form.q.data or "").strip()[:200],
        administration=Administration(house) if house else None,
        state=AccountState(state) if state else None,
        role=Role(role) if role else None,
    )


def asked(form: RegisterFilterForm | AgentFilterForm, *names: str) -> dict[str, str]:
    """The filters in force, as the address says them."""
    values = {name: form.chosen(name) for name in names}
    return {"q": form.q.data or "", **{name: value or "" for name, value in values.items()}}
