"""To whom an e-mail goes, as administrators see it: the name of an agent, or what is enough of an address to know it again."""

from collections.abc import Iterable, Mapping
from typing import Any


def recipients(emails: Iterable[Any], names: Mapping[int, str]) -> dict[int, str]:
    """Return to whom each e-mail goes, by its number."""
    return {email.id: _recipient(email, names) for email in emails}


def masked(address: str) -> str:
    """Return ``c•••@exemple.invalid`` for an address: its domain, and how what is before begins."""
    local, _, domain = address.rpartition("@")
    return f"{local[:1]}•••@{domain}"


def _recipient(email: Any, names: Mapping[int, str]) -> str:
    if email.agent_id is None:
        return masked(email.address)
    return names.get(email.agent_id, f"Compte n° {email.agent_id}")
