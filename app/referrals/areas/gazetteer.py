"""The communes, EPCI, départements and regions of France, by code and by name; what was merged leads to what it became.

A code is the official one: ``21231`` a commune, ``75101`` an arrondissement of Paris, Lyon or Marseille, ``242100410`` an EPCI (its
siren), ``200057867`` one of the établissements publics territoriaux of the Métropole du Grand Paris (its siren), ``21`` a département,
``R27`` a region, ``FR`` the country. ``areas.csv.gz``, beside this file, is drawn by ``scripts/draw_areas.py``; its first line says its
edition, source and licence.
"""

import bisect
import gzip
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from app.core.text.folding import folded
from app.core.text.labelled import LabelledEnum
from app.habilitations.reference.geography import COLLECTIVITIES, DEPARTMENTS, REGIONS

FILE = Path(__file__).with_name("areas.csv.gz")
FRANCE = "FR"
#: communes suggested at once
SUGGESTED = 10
#: « Dijon (21231) »: how a page writes an area
WRITTEN = re.compile(r"\(([0-9A-Z]{2,9})\)\s*$")


class AreaKind(LabelledEnum):
    """What an area is, from the largest to the smallest."""

    FRANCE = "france", "France entière"
    REGION = "region", "Région"
    DEPARTMENT = "departement", "Département"
    EPCI = "epci", "EPCI"
    EPT = "ept", "Établissement public territorial"
    COMMUNE = "commune", "Commune"
    ARRONDISSEMENT = "arrondissement", "Arrondissement"


@dataclass(frozen=True, kw_only=True, slots=True)
class Area:
    """An area; ``within``: its own code, then those of the areas that hold it whole, up to the country."""

    code: str
    kind: AreaKind
    label: str
    within: tuple[str, ...]
    postal_codes: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """``Dijon (21231)``: two areas may share a label, never a code."""
        return self.label if self.kind is AreaKind.FRANCE else f"{self.label} ({self.code})"

    @property
    def department(self) -> str | None:
        """The code of its département, if it lies in one."""
        return next((code for code in self.within if code in _places()), None)


class Gazetteer:
    """Every area. A line of the file is read when it is asked for: the whole of it as objects would take five times the memory."""

    def __init__(self, text: str) -> None:
        """Read the text of the file."""
        source, *lines = text.splitlines()
        self.source = source.removeprefix("# ")
        self._lines: dict[str, str] = {}
        self._former: dict[str, str] = {}
        #: the établissement public territorial of a commune, where there is one
        self._ept: dict[str, str] = {}
        for line in lines:
            kind, code, rest = line.split(";", 2)
            if kind == "A":
                self._former[code] = rest
            else:
                self._lines[code] = line
            if kind == "T":
                self._ept |= dict.fromkeys(rest.rpartition(";")[2].split(), code)

    def __contains__(self, code: str) -> bool:
        """Whether a code is one of today."""
        return code in self._lines or code in _large()

    def current(self, code: str) -> str:
        """Return the code of what an area became: its own, unless it was merged."""
        return code if code in self else self._former.get(code, code)

    def find(self, code: str) -> Area | None:
        """Return the area of a code, or what it became; `None` if nobody knows it."""
        current = self.current(code)
        if current in self._lines:
            return self._read(self._lines[current])
        return _large().get(current)

    def parts(self, code: str) -> Sequence[str]:
        """Return the arrondissements of Paris, Lyon or Marseille; none elsewhere."""
        return self._arrondissements.get(self.current(code), ())

    def communes(self, code: str) -> Sequence[str]:
        """Return the codes of the communes of an area."""
        return self._communes.get(self.current(code), ())

    def holding(self, communes: Iterable[str]) -> dict[str, set[str]]:
        """Return, for each area that holds some of these communes, which ones."""
        held: dict[str, set[str]] = {}
        for commune in communes:
            _, code, _, department, epci, _ = self._lines[commune].split(";")
            for around in (code, *self._groups(code, epci), *_places()[department]):
                held.setdefault(around, set()).add(commune)
        return held

    def epci_in(self, department: str) -> list[Area]:
        """Return the EPCI that have communes in a département, by name."""
        codes = {c for commune in self.communes(department) for c in self._epci_of(commune)}
        return sorted(filter(None, map(self.find, codes)), key=lambda area: area.label)

    def of_kind(self, kind: AreaKind, *, within: str) -> list[Area]:
        """Return the regions or départements of an area, by code."""
        return [area for area in _large().values() if area.kind is kind and within in area.within]

    def matching(self, typed: str) -> list[Area]:
        """Return the areas that are named in full: by code, as « Dijon (21231) », by name, or by postal code.

        Half of the postal codes are the code of another commune: both are returned, whoever types it meant one.
        """
        wanted = typed.strip()
        written = WRITTEN.search(wanted)
        known = self.find(written[1] if written else wanted.upper())
        postal = list(self._of_postal(wanted)) if len(wanted) == 5 and wanted.isdigit() else []
        if postal:
            # The code of a commune of today only: nobody types one of 1960, and « 75001 » was that of Alfortville.
            of_code = [known] if known and known.code == wanted and known not in postal else []
            held = {code for area in postal for code in area.within[1:]}
            return [*of_code, *(area for area in postal if area.code not in held)]
        if known:
            return [known]
        name = name_key(wanted)
        named = [area for area in _large().values() if name_key(area.label) == name]
        return named + [area for key, area in self._from(name) if key == name]

    def suggest(self, typed: str) -> list[Area]:
        """Return communes whose name or postal code begins as what is typed, by name."""
        wanted = typed.strip()
        if wanted.isdigit():
            found = self._of_postal(wanted)
        else:
            name = name_key(wanted)
            found = (area for key, area in self._from(name) if key.startswith(name)) if name else iter(())  # fmt: skip
        return [area for _, area in zip(range(SUGGESTED), found, strict=False)]

    def _from(self, name: str) -> Iterator[tuple[str, Area]]:
        """What follows a name, in the order of names, as long as it begins alike."""
        for place in range(bisect.bisect_left(self._names, name), len(self._names)):
            key, code = self._names[place].split("\0")
            if not key.startswith(name):
                return
            yield key, self._read(self._lines[code])

    def _of_postal(self, beginning: str) -> Iterator[Area]:
        """Communes and arrondissements of a postal code, or of those that begin so, by name."""
        for named in self._names:
            line = self._lines[named.partition("\0")[2]]
            if any(code.startswith(beginning) for code in line.rpartition(";")[2].split()):
                yield self._read(line)

    def _read(self, line: str) -> Area:
        kind, code, label, *rest = line.split(";")
        if kind == "E":
            return Area(code=code, kind=AreaKind.EPCI, label=label, within=(code, *self._around(code)))  # fmt: skip
        if kind == "T":
            first = rest[0].split()[0]
            above = (*self._epci_of(first), *self._around(code))
            return Area(code=code, kind=AreaKind.EPT, label=label, within=(code, *above))
        if kind == "M":
            commune, postal = rest
            above = self._read(self._lines[commune]).within
            return Area(
                code=code, kind=AreaKind.ARRONDISSEMENT, label=label, within=(code, *above),
                postal_codes=tuple(postal.split()),
            )  # fmt: skip
        department, epci, postal = rest
        between = self._groups(code, epci)
        return Area(
            code=code, kind=AreaKind.COMMUNE, label=label, within=(code, *between, *_places()[department]),
            postal_codes=tuple(postal.split()),
        )  # fmt: skip

    def _around(self, epci: str) -> tuple[str, ...]:
        """The areas that hold an EPCI whole: several départements may share it."""
        places = {self._lines[code].split(";")[3] for code in self._communes[epci]}
        first, *others = (_places()[code] for code in sorted(places))
        return tuple(code for code in first if all(code in other for other in others))

    def _groups(self, commune: str, epci: str) -> tuple[str, ...]:
        """What a commune belongs to below its département, smallest first."""
        return tuple(code for code in (self._ept.get(commune, ""), epci) if code)

    def _epci_of(self, commune: str) -> list[str]:
        return [code for code in [self._lines[commune].split(";")[4]] if code]

    @cached_property
    def _names(self) -> list[str]:
        """Communes and arrondissements: their name without case nor accents, then their code, in one string that takes less room."""
        split = (line.split(";", 3) for line in self._lines.values() if line[0] in "CM")
        return sorted(f"{name_key(label)}\0{code}" for _, code, label, _ in split)

    @cached_property
    def _communes(self) -> Mapping[str, list[str]]:
        """The communes of each EPCI, département and region, and of the country."""
        held: dict[str, list[str]] = {}
        for line in self._lines.values():
            if line.startswith("C"):
                _, code, _, department, epci, _ = line.split(";")
                for around in (code, *self._groups(code, epci), *_places()[department]):
                    held.setdefault(around, []).append(code)
        return held

    @cached_property
    def _arrondissements(self) -> Mapping[str, list[str]]:
        held: dict[str, list[str]] = {}
        for line in self._lines.values():
            if line.startswith("M"):
                _, code, _, commune, _ = line.split(";")
                held.setdefault(commune, []).append(code)
        return held


@cache
def gazetteer() -> Gazetteer:
    """Return that of the file, read once by each process: some 20 MB once its names and communes are asked for, 0.3 s."""
    return Gazetteer(gzip.decompress(FILE.read_bytes()).decode())


def name_key(text: str) -> str:
    """Return a name as it is looked for: folded, without punctuation: « Côte d'Or » is « Côte-d’Or »."""
    bare = folded(text).replace("œ", "oe")
    return " ".join("".join(c if c.isalnum() else " " for c in bare).split())


@cache
def _places() -> Mapping[str, tuple[str, ...]]:
    """Each département with what holds it, itself first."""
    held = {d: (d, f"R{code}", FRANCE) for code, (_, names) in REGIONS.items() for d in names}
    return held | {code: (code, FRANCE) for code in COLLECTIVITIES}


@cache
def _large() -> Mapping[str, Area]:
    """The country, its regions and its départements."""
    known = [Area(code=FRANCE, kind=AreaKind.FRANCE, label="France entière", within=(FRANCE,))]
    for code, (label, _) in REGIONS.items():
        known.append(Area(code=f"R{code}", kind=AreaKind.REGION, label=label, within=(f"R{code}", FRANCE)))  # fmt: skip
    for code, label in {**DEPARTMENTS, **COLLECTIVITIES}.items():
        known.append(Area(code=code, kind=AreaKind.DEPARTMENT, label=label, within=_places()[code]))
    return {area.code: area for area in known}
