"""No library that Vigie runs with or is developed with forbids Vigie's own licence (docs/adr/0020)."""

import json
import re
from importlib.metadata import Distribution, distributions

import pytest
from packaging.utils import canonicalize_name

from config import ROOT

#: what would bind Vigie's own code, or restrict who may use it; the lesser GPL does neither for a library that is imported
BINDING = re.compile(
    r"\b(A?GPL|SSPL|BUSL|CC-BY-NC|EUPL)|(?<!Lesser )General Public|Affero|Server Side Public|Commons Clause|Proprietary",
    re.IGNORECASE,
)
#: declares a binding licence, and may be used all the same: why
EXCEPTED = {
    "djlint": "a command that `make lint` starts: neither imported nor given to anyone with Vigie"
}
#: declares nothing; its licence was read
READ = {
    "axe-playwright-python": "MIT, around axe-core (MPL-2.0)",
    "pyrage": "MIT, around the age crate (MIT or Apache-2.0)",
}
FRONT = {"MIT", "0BSD"}


def pinned(name: str) -> list[str]:
    """The canonical names that a lock pins."""
    lines = (ROOT / name).read_text().splitlines()
    return sorted({canonicalize_name(line.split("==")[0]) for line in lines if line[:1].isalnum()})


INSTALLED = {canonicalize_name(found.metadata["Name"]): found for found in distributions()}
#: those of other machines (Windows, other Pythons) are pinned and not installed
LIBRARIES = [
    name
    for name in pinned("requirements.txt") + pinned("requirements-dev.txt")
    if name in INSTALLED
]


def declared(library: Distribution) -> str:
    """What a library says of its licence: its SPDX expression, else its classifiers and the title of its text."""
    metadata = library.metadata
    if expression := metadata.get("License-Expression"):
        return expression
    kinds = [kind for kind in metadata.get_all("Classifier") or [] if kind.startswith("License ::")]
    title = (metadata.get("License") or "").strip().partition("\n")[0]
    return "; ".join(filter(None, [*kinds, title]))


@pytest.mark.parametrize("name", sorted(set(LIBRARIES)))
def test_a_library_declares_a_licence_that_binds_nothing_of_vigie(name: str) -> None:
    licence = declared(INSTALLED[name])

    assert bool(licence) == (name not in READ), "read its licence, then say so in READ"
    assert bool(BINDING.search(licence)) == (name in EXCEPTED), licence


@pytest.mark.parametrize(
    ("licence", "is_binding"),
    [
        ("GPL-3.0-or-later", True),
        ("License :: OSI Approved :: GNU Affero General Public License v3", True),
        ("License :: OSI Approved :: GNU General Public License v2 (GPLv2)", True),
        ("Server Side Public License", True),
        ("Apache-2.0 with Commons Clause", True),
        ("License :: Other/Proprietary License", True),
        ("LGPL-3.0-only", False),
        (
            "License :: OSI Approved :: GNU Lesser General Public License v2 or later (LGPLv2+)",
            False,
        ),
        ("MPL-2.0", False),
        ("MIT AND PSF-2.0", False),
    ],
)
def test_what_binds_is_told_from_what_does_not(licence: str, is_binding: bool) -> None:
    assert bool(BINDING.search(licence)) == is_binding


def test_what_is_vendored_is_free() -> None:
    manifest = json.loads((ROOT / "app" / "static" / "vendor" / "manifest.json").read_text())

    assert {package["licence"] for package in manifest["packages"]} <= FRONT
