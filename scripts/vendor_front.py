"""Vendor the front-end libraries under `app/static/vendor`: which packages, which files, what is stripped.

    npm pack @gouvfr/dsfr@1.14.4 htmx.org@2.0.11 chart.js@4.6.1 --pack-destination DIR
    python scripts/vendor_front.py DIR

Node is only needed to change a version. The result is deterministic: the same tarballs give the same
bytes. The manifest holds the versions, licences and sha256 of the files; a test compares them
(docs/adr/0003).
"""

import hashlib
import json
import re
import shutil
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENDOR = ROOT / "app" / "static" / "vendor"
FONT_STACK = (
    'system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Liberation Sans",Arial,sans-serif'
)
# The icons that pages may use, one a line: the full DSFR set weighs 355 kB, these 14 kB.
ICONS = Path(__file__).with_name("vendor_icons.txt")


@dataclass(frozen=True)
class Package:
    """One npm tarball and the folder it fills."""

    name: str
    version: str
    licence: str
    tarball: str
    folder: str


DSFR = Package("@gouvfr/dsfr", "1.14.4", "MIT", "gouvfr-dsfr-1.14.4.tgz", "dsfr")
HTMX = Package("htmx.org", "2.0.11", "0BSD", "htmx.org-2.0.11.tgz", "htmx")
CHARTJS = Package("chart.js", "4.6.1", "MIT", "chart.js-4.6.1.tgz", "chartjs")
PACKAGES = (DSFR, HTMX, CHARTJS)


def strip_dsfr_css(css: str) -> str:
    """Remove what is reserved to the State (fonts, Marianne, motto, FranceConnect) and social network logos."""
    css = re.sub(r"@font-face *\{[^}]*\}", "", css)
    for rule in (r"\.fr-logo:before", r"\.fr-logo:after", r"\.fr-connect:before"):
        css = re.sub(rf"({rule}\{{[^}}]*?)background-image:url\(\"data:[^\"]*\"\);?", r"\1", css)
    css = re.sub(r"(?:-webkit-)?(?:mask|background)-image:url\(icons/logo/[^)]*\);?", "", css)
    css = css.replace("font-family:Marianne,arial,sans-serif", f"font-family:{FONT_STACK}")
    css = css.replace("font-family:Spectral,georgia,serif", "font-family:Georgia,serif")
    return _without_source_map(css)


def icon_rules(icons_css: str, names: list[str]) -> str:
    """Extract the mask of each icon.

    Raises KeyError for a name that the DSFR does not have.
    """
    rules = []
    for name in names:
        rule = rf"\.fr-icon-{re.escape(name)}::?before[^{{]*\{{[^}}]*?"
        match = re.search(rule + r"mask-image: *url\(\"?[./]*(icons/[^\")]+)", icons_css)
        if match is None:
            raise KeyError(name)
        url = match.group(1)
        selector = f".fr-icon-{name}:after,.fr-icon-{name}:before"
        rules.append(f"{selector}{{-webkit-mask-image:url({url});mask-image:url({url})}}\n")
    return "".join(rules)


def vendor(source: Path) -> None:
    """Rebuild the vendor folder from the tarballs in `source`."""
    shutil.rmtree(VENDOR, ignore_errors=True)
    for package in PACKAGES:
        (VENDOR / package.folder).mkdir(parents=True)
    _vendor_dsfr(source / DSFR.tarball)
    _copy(
        source / HTMX.tarball, {"dist/htmx.min.js": "htmx/htmx.min.js", "LICENSE": "htmx/LICENSE"}
    )
    _copy(
        source / CHARTJS.tarball,
        {
            "dist/chart.umd.min.js": "chartjs/chart.umd.min.js",
            "LICENSE.md": "chartjs/LICENSE.md",
        },
    )
    _write_manifest(source)


def _vendor_dsfr(tarball: Path) -> None:
    with tarfile.open(tarball) as archive:
        css = strip_dsfr_css(_member(archive, "dist/dsfr.min.css"))
        icons = icon_rules(_member(archive, "dist/utility/icons/icons.css"), _icon_names())
        _write("dsfr/dsfr.min.css", css)
        _write("dsfr/icons.css", icons)
        _write("dsfr/LICENSE.md", _member(archive, "LICENSE.md"))
        script = _without_source_map(_member(archive, "dist/dsfr.module.min.js"))
        _write("dsfr/dsfr.module.min.js", script)
        for icon in sorted(set(re.findall(r"url\((icons/[^)]+)\)", css + icons))):
            _write(f"dsfr/{icon}", _member(archive, f"dist/{icon}"))


def _icon_names() -> list[str]:
    return ICONS.read_text(encoding="utf-8").split()


def _copy(tarball: Path, files: dict[str, str]) -> None:
    with tarfile.open(tarball) as archive:
        for member, target in files.items():
            _write(target, _without_source_map(_member(archive, member)))


def _member(archive: tarfile.TarFile, name: str) -> str:
    extracted = archive.extractfile(f"package/{name}")
    if extracted is None:
        raise FileNotFoundError(name)
    return extracted.read().decode("utf-8")


def _write(target: str, text: str) -> None:
    path = VENDOR / target
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text.rstrip() + "\n", encoding="utf-8", newline="\n")


def _without_source_map(text: str) -> str:
    return re.sub(r"\n?(?://# sourceMappingURL=\S+|/\*# sourceMappingURL=[^*]*\*/)", "", text)


def _write_manifest(source: Path) -> None:
    packages = [
        {
            "name": package.name,
            "version": package.version,
            "licence": package.licence,
            "tarball_sha256": hashlib.sha256((source / package.tarball).read_bytes()).hexdigest(),
            "files": {
                path.relative_to(VENDOR).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
                for path in sorted((VENDOR / package.folder).rglob("*"))
                if path.is_file()
            },
        }
        for package in PACKAGES
    ]
    text = json.dumps({"packages": packages}, indent=2, ensure_ascii=False)
    (VENDOR / "manifest.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    vendor(Path(sys.argv[1]))
