"""What every page needs: the identity of the request, the navigation, the colour scheme."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, request, url_for

from app.core.access.identity import Identity, system_identity
from app.core.access.permissions import Permission, permits
from app.core.access.rows import current_identity, set_identity
from app.core.database.unit_of_work import recognise
from app.core.slots import Slot

IdentityLoader = Callable[[], Identity | None]

#: on whose behalf the session of a request is turned into an identity
IDENTIFYING = system_identity("Identification")

#: returns who is signed in
identity_loader: Slot[IdentityLoader] = Slot("who is signed in")


@dataclass(frozen=True)
class Door:
    """Addresses that no cookie opens: what they begin with, who is there instead, how a refusal is said there, code and message."""

    prefix: str
    loader: IdentityLoader
    refusal: Callable[[int, str], Response]


#: the addresses that no cookie opens
doors: Slot[Door] = Slot("addresses that no cookie opens")


def door_of_request() -> Door | None:
    """The door of the request, when its address is one that no cookie opens."""
    return next((door for door in doors if request.path.startswith(door.prefix)), None)


@dataclass(frozen=True)
class NavigationItem:
    """An entry of the main menu, shown to those who have its permission."""

    position: int
    label: str
    endpoint: str
    permission: Permission


#: the main menu's entries, from every domain
navigation: Slot[NavigationItem] = Slot("main menu")


def menu(identity: Identity | None) -> list[dict[str, Any]]:
    """The entries of the main menu that ``identity`` may open, in order."""
    ordered = sorted(navigation, key=lambda item: item.position)
    return [_entry(item) for item in ordered if permits(identity, item.permission)]


def _entry(item: NavigationItem) -> dict[str, Any]:
    blueprint, url = item.endpoint.partition(".")[0], url_for(item.endpoint)
    if url == "/":
        is_current = request.path == url
    else:
        # Pages that a higher domain adds under an entry's address belong to that entry.
        is_current = blueprint == request.blueprint or request.path.startswith(f"{url}/")
    return {"label": item.label, "url": url, "is_current": is_current}


def init_app(app: Flask) -> None:
    """Register the hooks."""
    app.before_request(_identify)
    app.teardown_request(_forget)
    app.context_processor(_page_context)


def _identify() -> None:
    set_identity(None)
    door = door_of_request()
    set_identity(recognise(IDENTIFYING, door.loader if door else identity_loader.only))


def _forget(_error: BaseException | None) -> None:
    set_identity(None)


def _page_context() -> dict[str, object]:
    identity = current_identity()
    scheme = request.cookies.get("scheme")
    return {
        "current_identity": identity,
        "navigation": menu(identity),
        "scheme": scheme if scheme in {"light", "dark", "system"} else "system",
        "can": lambda permission, subject=None: permits(identity, Permission(permission), subject),
    }
