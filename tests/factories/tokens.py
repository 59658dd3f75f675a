"""Tokens of the world."""

from collections.abc import Sequence
from datetime import timedelta

from app.core.now import today
from app.exchanges.tokens import services
from app.exchanges.tokens.models import Scope
from tests.factories.network import working_as


def make_token(agent_id: int, *scopes: Scope, name: str = "Outil fictif") -> str:
    """A token of somebody, that opens everything unless it is said; its secret."""
    chosen: Sequence[str] = [scope.value for scope in scopes or Scope]
    with working_as(agent_id) as (session, who):
        return services.make(
            session, who, name=name, scopes=chosen, expires_on=today() + timedelta(days=30)
        )
