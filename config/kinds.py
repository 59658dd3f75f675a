"""Types of setting values: how each is parsed, and the message when it cannot be.

Validators raise `ValueError` on what they cannot parse; `_or_say` replaces it with the type's message.
"""

import re
import socket
from collections.abc import Callable
from datetime import date
from email.utils import parseaddr
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import SplitResult, urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, Strict, WrapValidator
from pydantic_settings import NoDecode

from config.faults import UnfitValueError

FLAGS = {
    **dict.fromkeys(("1", "true", "oui", "on"), True),
    **dict.fromkeys(("0", "false", "non", "off"), False),
}
#: the URLs that SQLAlchemy accepts, with the role and the database that Vigie needs
POSTGRESQL_URL = re.compile(
    r"postgres(ql)?(\+\w+)?://[^:/@]+(:[^@]*)?@(\[[^]/]+]|[^]\[:/?]*)(:\d+)?/[^/?]+(\?.*)?"
)
#: a secret of age (C2SP): `instance backup-key` draws one
AGE_IDENTITY = re.compile(r"AGE-SECRET-KEY-1[02-9AC-HJ-NP-Z]{58}")
#: a bucket, as S3 names them, and a folder of it
LAKE_URL = re.compile(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[A-Za-z0-9._-]+)*")
ATOM = r"[\w!#$%&'*+/=?^`{|}~-]+"
LOCAL_PART = re.compile(rf"{ATOM}(\.{ATOM})*", re.ASCII)
#: what a header can carry, and nobody types
TOKEN = re.compile(r"[\w.~+/=-]{32,}", re.ASCII)
ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
HOST = re.compile(r"[\w-]+(\.[\w-]+)*\.?")
#: characters of a name that a page shows on a line
LONGEST_LINE = 200
#: the years that a budget may name: before, there was no service; after, nobody knows
FIRST_YEAR, LAST_YEAR = 2014, 2100


def is_loopback(host: str) -> bool:
    """Whether ``host`` is this machine, as far as its name tells, however the address is written."""
    name = host.rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        address = ip_address(name)
    except ValueError:
        try:
            # "127.1", "2130706433": what the system accepts as an address.
            address = ip_address(socket.inet_aton(name))
        except OSError:
            return False
    plain = getattr(address, "ipv4_mapped", None) or address
    return plain.is_loopback or plain.is_unspecified


def _or_say(predicate: str) -> WrapValidator:
    """Raise `UnfitValueError` with ``predicate`` for a value that the rest of the type cannot parse."""

    def validate(value: object, parse: Callable[[object], object]) -> object:
        try:
            return parse(value)
        except ValueError:
            # Neither the value nor anything found in it is shown: it may be a secret in the wrong place.
            raise UnfitValueError(predicate) from None

    return WrapValidator(validate)


def _text(value: str) -> str:
    value.encode()
    return value


def _folder(path: Path) -> Path:
    if path.exists() and not path.is_dir():
        raise ValueError
    return Path(_text(str(path.resolve())))


def _flag(value: object) -> object:
    return FLAGS.get(value.lower(), value) if isinstance(value, str) else value


def _production(value: object) -> object:
    return value.lower() == "production" or value if isinstance(value, str) else value


def _postgresql(value: str) -> str:
    if not POSTGRESQL_URL.fullmatch(value):
        raise ValueError
    return value


def _host(value: str) -> str:
    try:
        ip_address(value)
    except ValueError:
        if not HOST.fullmatch(value):
            raise
        value.encode("idna")
    return value


def _names(value: object) -> object:
    return tuple(value.lower().replace(",", " ").split()) if isinstance(value, str) else value


def _site_names(names: tuple[str, ...]) -> tuple[str, ...]:
    for name in names:
        # A leading dot stands for every subdomain.
        if not HOST.fullmatch(name.removeprefix(".")):
            raise ValueError
        _host(name.removeprefix("."))
    return names


def _url(value: str) -> SplitResult:
    """An HTTP or HTTPS URL of a host, with neither credentials nor query; raise `ValueError` otherwise."""
    url = urlsplit(value)
    _host(url.hostname or "")
    if url.scheme not in {"http", "https"} or url.port == 0 or url.netloc.endswith(":"):
        raise ValueError
    # `urlsplit` drops white space, as a browser would.
    if re.search(r"[\s@?#\\]", value):
        raise ValueError
    return url


def _site(value: str) -> str:
    url = _url(value)
    if url.path not in {"", "/"}:
        raise ValueError
    # "HTTPS://Vigie.fr/" is the same site, but its readers compare strings.
    return f"{url.scheme}://{url.netloc.lower()}"


def _issuer(value: str) -> str:
    _url(value)
    if value.endswith("/"):
        raise ValueError
    return value


def _lake_url(value: str) -> str:
    if not LAKE_URL.fullmatch(value):
        raise ValueError
    return value


def _address(value: str) -> str:
    local, _, host = value.rpartition("@")
    if not LOCAL_PART.fullmatch(local):
        raise ValueError
    _host(host)
    return value


def _sender(value: str) -> str:
    address = parseaddr(value)[1]
    if not value.isprintable() or not (value == address or value.endswith(f"<{address}>")):
        raise ValueError
    _address(address)
    return value


def _identity(value: str) -> str:
    if value and not AGE_IDENTITY.fullmatch(value):
        raise ValueError
    return value


def _three(value: object) -> object:
    return tuple(int(count) for count in value.split("/")) if isinstance(value, str) else value


def _line(value: str) -> str:
    if not value.isprintable() or len(value) > LONGEST_LINE:
        raise ValueError
    return _text(value)


def _yearly(value: object) -> object:
    """The amounts of « 2026:250000, 2027:300000 », by year; raise `ValueError` on a year said twice."""
    if not isinstance(value, str):
        return value
    pairs = [part.split(":") for part in value.split(",")]
    amounts = {int(year): int(amount) for year, amount in pairs}
    if len(amounts) < len(pairs):
        raise ValueError
    return tuple(sorted(amounts.items()))


def _years(amounts: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], ...]:
    if any(not FIRST_YEAR <= year <= LAST_YEAR or amount < 0 for year, amount in amounts):
        raise ValueError
    return amounts


def _token(value: str) -> str:
    if value and not TOKEN.fullmatch(value):
        raise ValueError
    return value


def _day(value: object) -> object:
    """A day written as ISO 8601 does; one that is a date already is kept, for whoever copies a configuration."""
    if not isinstance(value, str):
        return value
    if not ISO_DAY.fullmatch(value):
        raise ValueError
    return date.fromisoformat(value)


Text = Annotated[str, AfterValidator(_text), _or_say("doit être un texte en UTF-8")]
Token = Annotated[
    str,
    AfterValidator(_token),
    _or_say("doit avoir 32 caractères au moins, tirés au sort, sans espace ni accent"),
]
Day = Annotated[
    date,
    BeforeValidator(_day),
    _or_say("doit être un jour, écrit comme 2027-12-31"),
]
Line = Annotated[
    str, AfterValidator(_line),
    _or_say(f"doit tenir sur une ligne, en {LONGEST_LINE} caractères au plus"),
]  # fmt: skip
Budget = Annotated[
    tuple[tuple[int, int], ...], NoDecode, BeforeValidator(_yearly), AfterValidator(_years),
    _or_say("doit donner des années, une fois chacune, et leurs montants en euros entiers, comme 2026:250000, 2027:300000"),
]  # fmt: skip
Folder = Annotated[
    Path, AfterValidator(_folder), _or_say("doit être le chemin d’un dossier, en UTF-8")
]
Production = Annotated[
    bool, Strict(), BeforeValidator(_production),
    _or_say("n’accepte que « production » ; sans valeur, l’instance est privée"),
]  # fmt: skip
Flag = Annotated[
    bool, Strict(), BeforeValidator(_flag),
    _or_say("doit valoir 1, true, oui ou on, ou bien 0, false, non ou off"),
]  # fmt: skip
Wheel = Annotated[Literal["wheel"], _or_say("n’accepte que « wheel »")]
Port = Annotated[int, Field(ge=1, le=65535), _or_say("doit être un nombre entier de 1 à 65535")]
Count = Annotated[int, Field(ge=0), _or_say("doit être un nombre entier, 0 ou plus")]
Limit = Annotated[int, Field(ge=1), _or_say("doit être un nombre entier, 1 ou plus")]
PostgresqlUrl = Annotated[
    str, AfterValidator(_postgresql),
    _or_say("doit s’écrire postgresql://rôle:mot-de-passe@serveur:port/base"),
]  # fmt: skip
Host = Annotated[
    str, AfterValidator(_host),
    _or_say("doit être un nom de serveur ou une adresse IP, sans port"),
]  # fmt: skip
SiteNames = Annotated[
    tuple[str, ...], NoDecode, BeforeValidator(_names), AfterValidator(_site_names),
    _or_say("doit donner des noms de site, sans https:// ni port, séparés par des virgules ou des espaces"),
]  # fmt: skip
BackupKey = Annotated[
    str, AfterValidator(_identity),
    _or_say("doit être une clé de age, AGE-SECRET-KEY-1… : flask --app wsgi instance backup-key en tire une"),
]  # fmt: skip
Retention = Annotated[
    tuple[Limit, Limit, Limit], NoDecode, BeforeValidator(_three),
    _or_say("doit donner trois nombres, 1 ou plus : sauvegardes par jour, par semaine et par mois, comme 7/5/12"),
]  # fmt: skip
Site = Annotated[
    str, AfterValidator(_site),
    _or_say("doit s’écrire https://domaine ou http://domaine:port, sans rien derrière"),
]  # fmt: skip
LakeUrl = Annotated[
    str, AfterValidator(_lake_url),
    _or_say("doit s’écrire s3://compartiment ou s3://compartiment/dossier, sans barre à la fin"),
]  # fmt: skip
Issuer = Annotated[
    str, AfterValidator(_issuer),
    _or_say("doit s’écrire https://domaine/api/v2, sans barre à la fin"),
]  # fmt: skip
Address = Annotated[str, AfterValidator(_address), _or_say("doit être une adresse électronique")]
Sender = Annotated[
    str, AfterValidator(_sender),
    _or_say("doit s’écrire adresse@domaine ou Nom <adresse@domaine>"),
]  # fmt: skip
