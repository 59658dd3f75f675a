"""From the cells of a line to an agent and the rights they need; errors are reported by column."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Administration
from app.core.access.identity import Identity, Nature
from app.core.errors import DomainError
from app.core.text.addresses import is_address
from app.core.text.labelled import LabelledEnum
from app.habilitations import reach
from app.habilitations.models import Network, Zone

COLUMNS = (
    "email",
    "prenom",
    "nom",
    "administration",
    "fonction",
    "zone",
    "natures",
    "reseaux",
    "fin",
)
#: columns that a file must have
REQUIRED_COLUMNS = COLUMNS[:4]
LONGEST = {"email": 254, "prenom": 80, "nom": 80, "fonction": 200}
DATES = ("%Y-%m-%d", "%d/%m/%Y")
SEPARATORS = re.compile(r"\s*[|+,;/]\s*")


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A parsed line; ``ends_on`` is exclusive, ``networks`` are codes."""

    email: str
    first_name: str
    last_name: str
    administration: Administration
    function: str
    zone: str | None
    natures: tuple[Nature, ...]
    networks: tuple[str, ...]
    ends_on: date | None


@dataclass(kw_only=True)
class Reader:
    """The values that cells may take, and what the lines read so far contained."""

    #: the only administration whose agents the file may name; ``None`` for all
    administration: Administration | None
    #: zone codes by lower-case code, and network codes by lower-case code or label
    zones: dict[str, str]
    networks: dict[str, str]
    _people: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _rights: set[tuple[str, str | None]] = field(default_factory=set)

    @classmethod
    def of(cls, session: Session, identity: Identity) -> "Reader":
        """A reader for a file sent by ``identity``."""
        networks = session.scalars(select(Network).where(Network.is_active)).all()
        return cls(
            administration=reach.managed_administration(session, identity),
            zones={code.lower(): code for code in session.scalars(select(Zone.code))},
            networks={
                name.lower(): network.code
                for network in networks
                for name in (network.label, network.code)
            },
        )

    def read(self, cells: dict[str, str]) -> Entry:
        """The entry described by ``cells``; raise `DomainError` on the column at fault."""
        texts = {name: cells.get(name, "") for name in COLUMNS}
        for name in ("email", "prenom", "nom", "administration"):
            if not texts[name]:
                raise DomainError("Cette cellule est obligatoire.", field=name)
        for name, longest in LONGEST.items():
            if len(texts[name]) > longest:
                raise DomainError(f"{longest} caractères au plus.", field=name)
        email = texts["email"].lower()
        if not is_address(email):
            raise DomainError("Ce n’est pas une adresse électronique.", field="email")
        zone = self._zone(texts["zone"])
        entry = Entry(
            email=email,
            first_name=texts["prenom"],
            last_name=texts["nom"],
            administration=self._administration(texts["administration"]),
            function=texts["fonction"],
            zone=zone,
            natures=_natures(texts["natures"]),
            networks=self._networks(texts["reseaux"]),
            ends_on=_date(texts["fin"]),
        )
        self._require_coherence(entry)
        return entry

    def _require_coherence(self, entry: Entry) -> None:
        if entry.zone is None and (entry.natures or entry.ends_on):
            raise DomainError("Donnez la zone où ces droits s’exercent.", field="zone")
        if entry.zone is not None and not entry.natures:
            raise DomainError("Donnez au moins une nature de données.", field="natures")
        if entry.zone is not None and not entry.function:
            raise DomainError("Donnez la fonction de l’agent.", field="fonction")
        person = (entry.first_name, entry.last_name, entry.administration, entry.function)
        if self._people.setdefault(entry.email, person) != person:
            raise DomainError("Une ligne plus haut décrit autrement cette personne.", field="email")
        if (entry.email, entry.zone) in self._rights:
            raise DomainError("Une ligne plus haut dit déjà cela.", field="email")
        self._rights.add((entry.email, entry.zone))

    def _administration(self, text: str) -> Administration:
        administration = next((member for member in Administration if _same(text, member)), None)
        if administration is None:
            codes = ", ".join(member.value for member in Administration)
            raise DomainError(
                f"Administration inconnue. Les codes : {codes}.", field="administration"
            )
        if self.administration not in (None, administration):
            raise DomainError(
                "Vous ne gérez pas les agents de cette administration.", field="administration"
            )
        return administration

    def _zone(self, text: str) -> str | None:
        if not text:
            return None
        # A spreadsheet that reads 01 as a number gives 1.
        code = self.zones.get(text.lower()) or self.zones.get(text.zfill(2))
        if code is None:
            raise DomainError(
                "Zone inconnue : 21 est un département, R27 une région, FR la France.", field="zone"
            )
        return code

    def _networks(self, text: str) -> tuple[str, ...]:
        codes = []
        for name in filter(None, SEPARATORS.split(text)):
            if name.lower() not in self.networks:
                allowed = ", ".join(sorted(set(self.networks.values())))
                raise DomainError(
                    f"Réseau inconnu : {name}. Les codes : {allowed}.", field="reseaux"
                )
            codes.append(self.networks[name.lower()])
        return tuple(dict.fromkeys(codes))


def _natures(text: str) -> tuple[Nature, ...]:
    natures = []
    for name in filter(None, SEPARATORS.split(text)):
        nature = next((member for member in Nature if _same(name, member)), None)
        if nature is None:
            codes = ", ".join(member.value for member in Nature)
            raise DomainError(f"Nature inconnue : {name}. Les codes : {codes}.", field="natures")
        natures.append(nature)
    return tuple(natures)


def _date(text: str) -> date | None:
    for form in DATES if text else ():
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day, nowhere in particular
        except ValueError:
            continue
    if text:
        raise DomainError("Écrivez la date ainsi : 31/12/2026 ou 2026-12-31.", field="fin")
    return None


def _same(text: str, member: LabelledEnum) -> bool:
    return text.lower() in {member.value, member.label.lower()}
