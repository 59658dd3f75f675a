"""The two places that keep the seals, and every way in which they disagree.

The file proves, because whoever owns the database does not hold it; the table says what the file should contain. Either may have
been touched: what one has lost, the other names.
"""

from collections.abc import Iterable, Sequence

from app.audit.keeping.seals import Seal
from app.core.text.french import date_fr

NAMES = {"file": "le fichier des scellés", "table": "la table des scellés"}
EMPTY = {"file": "absent ou vide", "table": "vide"}
FIELDS = ("number", "hash", "lines", "previous", "seal")


def merged(file: Sequence[Seal], table: Sequence[Seal], *, key: str) -> list[Seal]:
    """The seals of both that ``key`` signed, in the order of their days; two for a day on which they differ."""
    signed = [seal for seal in (*file, *table) if seal.is_authentic(key)]
    return sorted(dict.fromkeys(signed), key=lambda seal: (seal.day, seal.number))


def disagreements(file: Sequence[Seal], table: Sequence[Seal], *, key: str) -> list[str]:
    """What is wrong in either, or different in the other: a French sentence each, none when both tell the same."""
    if (file or table) and not merged(file, table, key=key):
        return [
            "aucun scellé n’est signé de la clé du journal : ce n’est pas sa clé (VIGIE_JOURNAL_KEY), ou tous ont été récrits."
        ]
    return [
        *_faults(file, NAMES["file"], key=key),
        *_faults(table, NAMES["table"], key=key),
        *_differences(file, table),
    ]


def _faults(seals: Iterable[Seal], place: str, *, key: str) -> list[str]:
    """The first seal that the key did not sign, and the first that does not follow the one before."""
    found, former = [], ""
    for seal in seals:
        if not seal.is_authentic(key):
            found.append(
                f"le scellé du {date_fr(seal.day)}, dans {place}, n’est pas signé de la clé du journal :"
                " il a été récrit, ou la clé a changé."
            )
            break
        if seal.previous != former:
            found.append(
                f"le scellé du {date_fr(seal.day)}, dans {place}, ne suit pas celui qui le précède :"
                " des scellés manquent."
            )
            break
        former = seal.seal
    return found


def _differences(file: Sequence[Seal], table: Sequence[Seal]) -> list[str]:
    for here, seals, other in (("file", file, table), ("table", table, file)):
        if not seals and other:
            there = NAMES["table" if here == "file" else "file"]
            told = f"le dernier du {date_fr(other[-1].day)} pour la ligne {other[-1].number}"
            return [
                f"{NAMES[here]} est {EMPTY[here]}, alors que {there} tient {len(other)} scellés, {told}."
            ]
    by_day = ({seal.day: seal for seal in file}, {seal.day: seal for seal in table})
    found = []
    for day in sorted({*by_day[0], *by_day[1]}):
        written, stored = by_day[0].get(day), by_day[1].get(day)
        if written is None or stored is None:
            place = NAMES["file" if written is None else "table"]
            found.append(f"le scellé du {date_fr(day)} manque dans {place}.")
        elif any(getattr(written, name) != getattr(stored, name) for name in FIELDS):
            found.append(
                f"le scellé du {date_fr(day)} n’est pas le même dans {NAMES['file']} (ligne {written.number})"
                f" et dans {NAMES['table']} (ligne {stored.number})."
            )
    return found
