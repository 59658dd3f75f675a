"""What Vigie is made of: the libraries that its lock pins, and those of the pages, as CycloneDX 1.6."""

import json
import re
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import License
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

LOCK = Path("requirements.txt")
VENDORED = Path("app/static/vendor/manifest.json")
#: ``name==version ; marker \`` then a hash a line
PINNED = re.compile(r"^(?P<name>[\w.-]+)==(?P<version>[^\s;\\]+)", re.MULTILINE)
HASH = re.compile(r"--hash=sha256:(?P<digest>[0-9a-f]{64})")


def inventory(root: Path, version: str) -> str:
    """Return the inventory of the tree at ``root`` as JSON, with the licence that each library declares where it is installed."""
    bom = Bom()
    vigie = Component(
        name="vigie", version=version, type=ComponentType.APPLICATION, bom_ref=f"vigie@{version}",
        licenses=[LicenseFactory().make_from_string("MIT")],
    )  # fmt: skip
    bom.metadata.component = vigie
    parts = [*_libraries(root), *_of_pages(root)]
    bom.components.update(parts)
    bom.register_dependency(vigie, parts)
    return str(JsonV1Dot6(bom).output_as_string(indent=2)) + "\n"


def count(root: Path) -> tuple[int, int]:
    """Return how many libraries are pinned, and how many the pages carry."""
    return len(list(_libraries(root))), len(list(_of_pages(root)))


def _libraries(root: Path) -> Iterator[Component]:
    text = (root / LOCK).read_text()
    found = list(PINNED.finditer(text))
    ends = [pinned.start() for pinned in found[1:]] + [len(text)]
    for pinned, end in zip(found, ends, strict=True):
        digests = HASH.findall(text, pinned.end(), end)
        yield _component(pinned["name"], pinned["version"], kind="pypi", digests=digests, licence=_licence(pinned["name"]))  # fmt: skip


def _of_pages(root: Path) -> Iterator[Component]:
    for package in json.loads((root / VENDORED).read_text())["packages"]:
        yield _component(
            package["name"], package["version"], kind="npm", licence=package["licence"],
            digests=[package["tarball_sha256"]],
        )  # fmt: skip


def _component(
    name: str, version: str, *, kind: str, digests: list[str], licence: str | None
) -> Component:
    space, _, bare = name.rpartition("/")
    url = PackageURL(kind, namespace=space or None, name=bare, version=version)
    return Component(
        name=bare, group=space or None, version=version, type=ComponentType.LIBRARY, purl=url, bom_ref=str(url),
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=digest) for digest in digests],
        licenses=[_declared(licence)] if licence else [],
    )  # fmt: skip


def _declared(licence: str) -> License:
    return LicenseFactory().make_from_string(licence)


def _licence(name: str) -> str | None:
    """What a library declares: an SPDX expression, or a line of its own; nothing of one that is not installed here."""
    try:
        told = metadata(name).json
    except PackageNotFoundError:
        return None
    said = str(told.get("license_expression") or told.get("license") or "")
    # Some give the whole text of their licence.
    return said if said and "\n" not in said else None
