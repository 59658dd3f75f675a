"""What higher domains add to the pages of the models: they plug a panel in, this domain does not know them."""

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from app.core.access.identity import Identity
from app.models_registry.models import ModelVersion

#: template of the panel, and what it shows
PanelProvider = Callable[[Session, Identity], tuple[str, dict[str, Any]]]

#: the same, about one version; `None` when there is nothing to show
VersionPanelProvider = Callable[
    [Session, Identity, ModelVersion], tuple[str, dict[str, Any]] | None
]

_providers: list[PanelProvider] = []
_version_providers: list[VersionPanelProvider] = []


def add_panel(provider: PanelProvider) -> None:
    """Add a panel under the figures of the model. Adding it twice changes nothing."""
    if provider not in _providers:
        _providers.append(provider)


def list_panels(session: Session, identity: Identity) -> list[tuple[str, dict[str, Any]]]:
    """The panels, in the order of the domains."""
    return [provider(session, identity) for provider in _providers]


def add_version_panel(provider: VersionPanelProvider) -> None:
    """Add a panel to the page of each version. Adding it twice changes nothing."""
    if provider not in _version_providers:
        _version_providers.append(provider)


def list_version_panels(
    session: Session, identity: Identity, version: ModelVersion
) -> list[tuple[str, dict[str, Any]]]:
    """The panels of a version, in the order of the domains."""
    found = (provider(session, identity, version) for provider in _version_providers)
    return [panel for panel in found if panel is not None]
