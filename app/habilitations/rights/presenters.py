"""How habilitations are shown on pages and in files, and the filters in the address of the register."""

from collections.abc import Iterable

from app.accounts.models import Administration
from app.core.text.exports.spreadsheets import CellKind, Column
from app.habilitations.models import Habilitation
from app.habilitations.presenters import natures
from app.habilitations.rights.forms import RegisterFilterForm
from app.habilitations.rights.queries import RegisterFilter, RightState, state_of

RIGHT_COLUMNS = (
    Column("Agent", width=28), Column("Adresse", width=34), Column("Administration"), Column("Fonction", width=34),
    Column("Zone", width=28), Column("Natures", width=50), Column("Début", CellKind.DATE), Column("Fin", CellKind.DATE),
    Column("État"), Column("Demandée par", width=28), Column("Validée par", width=28), Column("Retirée par", width=28),
    Column("Motif du retrait", width=50),
)  # fmt: skip

BADGES = {
    RightState.IN_FORCE: "success",
    RightState.SUSPENDED: "warning",
    RightState.ENDED: None,
    RightState.WITHDRAWN: "error",
}


def right_state(right: Habilitation) -> dict[str, str | None]:
    """The badge of a habilitation, which must be loaded with its agent."""
    state = state_of(right)
    return {"label": state.label, "kind": BADGES[state]}


def split_by_time(
    rights: Iterable[Habilitation],
) -> tuple[list[Habilitation], list[Habilitation]]:
    """Those that go on, asleep or not, and those that are over."""
    parts: tuple[list[Habilitation], list[Habilitation]] = ([], [])
    for right in rights:
        parts[state_of(right) in (RightState.ENDED, RightState.WITHDRAWN)].append(right)
    return parts


def right_row(right: Habilitation) -> tuple[object, ...]:
    """The values of `RIGHT_COLUMNS` for a habilitation."""
    return (
        right.agent.full_name, right.agent.email, right.agent.administration.label, right.function,
        right.zone.name, natures(right), right.starts_on, right.ends_on, state_of(right).label,
        right.requester.full_name, right.validator.full_name,
        right.withdrawer.full_name if right.withdrawer else None, right.withdrawal_reason,
    )  # fmt: skip


def register_filter(form: RegisterFilterForm) -> RegisterFilter:
    """The filter that the form's values select."""
    administration = form.chosen("administration")
    state, end = form.chosen("etat"), form.chosen("fin")
    return RegisterFilter(
        text=(form.q.data or "").strip()[:200],
        administration=Administration(administration) if administration else None,
        zone=form.chosen("zone"),
        state=RightState(state) if state else None,
        ends_within=int(end) if end else None,
    )
