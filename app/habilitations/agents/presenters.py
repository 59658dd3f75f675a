"""How accounts are shown on pages and in files, and the filters in the address of their list."""

from app.accounts.models import Administration, Agent
from app.core.access.identity import Role
from app.core.text.exports.spreadsheets import CellKind, Column
from app.habilitations.agents.forms import AgentFilterForm
from app.habilitations.agents.line_entries import COLUMNS
from app.habilitations.agents.queries import AccountState, AgentFilter, account_state_of

AGENT_COLUMNS = tuple(
    Column(name, CellKind.DATE if name == "fin" else CellKind.TEXT, 24) for name in COLUMNS
)


#: a line that shows how to fill in the others
EXAMPLE = (
    "prenom.nom@exemple.invalid", "Prénom", "Nom", Administration.DIRECCTE.value, "Chargé de mission", "21",
    "score|urssaf", "codefi|crp", None,
)  # fmt: skip

BADGES = {
    AccountState.ACTIVE: "success",
    AccountState.SUSPENDED: "warning",
    AccountState.CLOSED: "error",
}


def account_state(agent: Agent) -> dict[str, str | None]:
    """The badge of an account."""
    state = account_state_of(agent)
    return {"label": state.label, "kind": BADGES[state]}


def agent_filter(form: AgentFilterForm) -> AgentFilter:
    """The filter that the form's values select."""
    administration = form.chosen("administration")
    state, role = form.chosen("etat"), form.chosen("role")
    return AgentFilter(
        text=(form.q.data or "").strip()[:200],
        administration=Administration(administration) if administration else None,
        state=AccountState(state) if state else None,
        role=Role(role) if role else None,
    )
