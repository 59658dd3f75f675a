"""The fictional people one can sign in as, and the services that may ask who they are."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

#: assurance levels, lowest first; "-mfa" means two factors
LEVELS = ("eidas0", "eidas0-mfa", "eidas1", "eidas1-mfa", "eidas2", "eidas3")


@dataclass(frozen=True, kw_only=True)
class DoublePerson:
    """A fictional agent. ``acr`` is the level that their identity provider reaches."""

    sub: str
    email: str
    given_name: str
    usual_name: str
    acr: str = "eidas1-mfa"
    siret: str = "00000000000000"
    organization_label: str = "Administration fictive"
    #: shown next to their name on the page
    note: str = ""

    def __post_init__(self) -> None:
        """Raise `ValueError` on a level that ProConnect does not know."""
        if self.acr not in LEVELS:
            raise ValueError(f"{self.sub}: unknown level {self.acr}")

    @property
    def amr(self) -> list[str]:
        """How they proved who they are."""
        has_two_factors = self.acr.endswith("-mfa") or self.acr in {"eidas2", "eidas3"}
        return ["pwd", "totp", "mfa"] if has_two_factors else ["pwd"]

    @property
    def claims(self) -> dict[str, Any]:
        """What ProConnect can say about them, by claim name."""
        return {
            "given_name": self.given_name,
            "usual_name": self.usual_name,
            "email": self.email,
            "uid": self.sub,
            "siret": self.siret,
            "idp_id": "00000000-0000-0000-0000-000000000000",
            "organization_label": self.organization_label,
            "roles": ["agent_public"],
        }


@dataclass(frozen=True, kw_only=True)
class Service:
    """A service registered with the double; its addresses are compared character by character."""

    client_id: str
    client_secret: str = field(repr=False)
    redirect_uris: tuple[str, ...]
    post_logout_redirect_uris: tuple[str, ...] = ()


def read_people(path: Path) -> tuple[DoublePerson, ...]:
    """The people of a JSON file: a list of objects with the fields of `DoublePerson`; raise `ValueError` on any other field."""
    try:
        return tuple(
            DoublePerson(**fields) for fields in json.loads(path.read_text(encoding="utf-8"))
        )
    except TypeError as error:
        raise ValueError(f"{path}: {error}") from error
