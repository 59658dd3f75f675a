"""Who may use an account's own pages: anybody signed in, habilitated or not."""

from app.core.access.identity import Role
from app.core.access.permissions import Permission, Rule

_WHOEVER = Rule(frozenset(Role), needs_habilitation=False, is_own=True)

RULES = {
    Permission.ACCOUNT_OWN: _WHOEVER,
    # Proofs of identity: the only pages open to a session with a single factor (`gates`).
    Permission.ACCOUNT_SECURE: _WHOEVER,
}
