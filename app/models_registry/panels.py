"""What higher domains add to the page of the model: they plug a panel in, this domain does not know them."""

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from app.core.identity import Identity

#: template of the panel, and what it shows
PanelProvider = Callable[[Session, Identity], tuple[str, dict[str, Any]]]

_providers: list[PanelProvider] = []


def add_panel(provider: PanelProvider) -> None:
    """Add a panel under the figures of the model. Adding it twice changes nothing."""
    if provider not in _providers:
        _providers.append(provider)


def list_panels(session: Session, identity: Identity) -> list[tuple[str, dict[str, Any]]]:
    """The panels, in the order of the domains."""
    return [provider(session, identity) for provider in _providers]
