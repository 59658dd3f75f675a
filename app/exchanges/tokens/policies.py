"""Who makes tokens: those who work on firms, each for themselves."""

from app.core.access.identity import Identity
from app.core.access.permissions import ON_FIRMS, Permission, Rule
from app.exchanges.tokens.models import ApiToken


def may_revoke(identity: Identity, token: ApiToken) -> bool:
    """Return whether the token is the agent's."""
    return token.agent_id == identity.agent_id


RULES = {
    Permission.API_TOKEN_MAKE: Rule(ON_FIRMS),
    Permission.API_TOKEN_REVOKE: Rule(ON_FIRMS, may_revoke, "Ce jeton n’est pas le vôtre."),
}
