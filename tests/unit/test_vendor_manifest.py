"""What is vendored is what the manifest says, complete, and free of the State's marks."""

import hashlib
import json
import re
from pathlib import Path

import pytest

APP = Path(__file__).resolve().parents[2] / "app"
STATIC = APP / "static"
VENDOR = STATIC / "vendor"
OWN_STYLES = sorted((STATIC / "css").glob("*.css"))
PACKAGES = {
    package["name"]: package
    for package in json.loads((VENDOR / "manifest.json").read_text(encoding="utf-8"))["packages"]
}
DSFR_CSS = (VENDOR / "dsfr" / "dsfr.min.css").read_text(encoding="utf-8")
# As a class, or as the argument of a macro.
ICON = re.compile(r"[\"' -](?:fr-icon-)?((?!fr-)[a-z0-9-]+-(?:line|fill))\b(?!-)(?=[\"' ])")
ICONS_CSS = (VENDOR / "dsfr" / "icons.css").read_text(encoding="utf-8")


def _pages_and_scripts() -> list[Path]:
    return [*(APP / "templates").rglob("*.html"), *(STATIC / "js").glob("*.js")]


def test_every_vendored_file_is_the_one_of_the_manifest() -> None:
    declared = {
        path: sha for package in PACKAGES.values() for path, sha in package["files"].items()
    }
    present = {
        path.relative_to(VENDOR).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in VENDOR.rglob("*")
        if path.is_file() and path.name != "manifest.json"
    }
    assert present == declared


def test_the_versions_are_those_decided() -> None:
    versions = {name: package["version"] for name, package in PACKAGES.items()}
    assert versions == {"@gouvfr/dsfr": "1.14.4", "htmx.org": "2.0.11", "chart.js": "4.6.1"}


def test_each_library_comes_with_its_licence() -> None:
    for package in PACKAGES.values():
        assert any("LICENSE" in path for path in package["files"]), package["name"]


def test_the_look_carries_no_font_and_no_mark_of_the_state() -> None:
    assert not re.search(r"@font-face|font-family:[^;}]*(?:Marianne|Spectral)", DSFR_CSS)
    for mark in (r"\.fr-logo:(?:before|after)", r"\.fr-connect:before"):
        for rule in re.findall(mark + r"\{[^}]*\}", DSFR_CSS):
            assert "data:" not in rule
    kinds = {path.suffix for path in VENDOR.rglob("*") if path.is_file()}
    assert kinds <= {".css", ".js", ".svg", ".md", ".json", ""}


@pytest.mark.parametrize(
    "sheet",
    [VENDOR / "dsfr" / "dsfr.min.css", VENDOR / "dsfr" / "icons.css", *OWN_STYLES],
    ids=lambda sheet: sheet.name,
)
def test_a_style_sheet_refers_only_to_files_that_are_there(sheet: Path) -> None:
    text = sheet.read_text(encoding="utf-8")
    urls = re.findall(r"url\([\"']?(?!data:)([^)\"']+)", text)
    missing = {url for url in urls if not (sheet.parent / url).resolve().is_file()}
    assert not missing


def test_every_icon_of_a_page_is_vendored() -> None:
    known = set(re.findall(r"\.fr-icon-([a-z0-9-]+):", ICONS_CSS + DSFR_CSS))
    used = {
        (name, path.name)
        for path in _pages_and_scripts()
        for name in ICON.findall(path.read_text(encoding="utf-8"))
    }
    assert used
    assert {(name, page) for name, page in used if name not in known} == set()
