"""What a text says of one person: the sentences that name them, and in these nothing that names anybody else.

What looks like a name is masked, be it one or not: whoever exercises a right is owed their own data, never those of others
(RGPD, article 15, § 4).
"""

import re
import unicodedata

from app.core.persons.sought import ADDRESS, NUMBER, Sought, digits_of, words_of
from app.core.text.personal import KINDS
from app.core.text.proper_names import CAPITALS

MASK = "[masqué]"
#: where sentences were left out
LEFT_OUT = "[…]"
SENTENCE = re.compile(r"(?<=[.!?…])\s+|\n+")
#: every small letter: what is none of them is a capital, « Ş » as « S », or of a script that has none
SMALL = "".join(filter(str.islower, map(chr, range(0x2000))))
#: a word that begins with a capital, with those that follow it through a hyphen or an apostrophe; not what follows an address's « @ »
CAPITALISED = re.compile(rf"(?<!\w)(?<!\w@)[^\W\d_{SMALL}]\w*(?:[-’']\w+)*")
#: what follows a title, capital or not: « mme durand »
TITLED = re.compile(
    r"(?<!\w)((?:m\.|mr|mm\.?|mme|mlle|monsieur|madame|mademoiselle|maître|docteur)\s+)(\w+(?:[-’']\w+)*)",
    re.IGNORECASE,
)
#: words that begin sentences, and titles: no names
COMMON = frozenset(
    {
        "a", "afin", "ainsi", "alors", "appel", "apres", "au", "aucun", "aucune", "aujourd", "aussi", "autre", "aux", "avant",
        "avec", "bien", "bonjour", "car", "ce", "ceci", "cela", "celle", "celui", "ces", "cet", "cette", "chaque", "chez", "ci",
        "comme", "comment", "contact", "courriel", "d", "dans", "de", "depuis", "des", "deux", "dirigeant", "dirigeante",
        "donc", "du", "elle", "elles", "en", "encore", "enfin", "ensuite", "entretien", "est", "et", "etre", "il", "ils", "j",
        "je", "l", "la", "le", "les", "leur", "leurs", "lors", "m", "ma", "madame", "mademoiselle", "mail", "mais", "mlle",
        "mm", "mme", "monsieur", "n", "ne", "nom", "nos", "notre", "nous", "numero", "on", "ou", "par", "pas", "pendant", "peu",
        "plus", "pour", "pourquoi", "pres", "prevoir", "puis", "qu", "quand", "que", "qui", "rappel", "rappeler", "rdv",
        "relance", "rencontre", "rien", "s", "sa", "sans", "se", "selon", "ses", "si", "son", "sous", "suite", "sur", "t",
        "tel", "telephone", "tous", "tout", "toute", "toutes", "tres", "trois", "un", "une", "vers", "visite", "voici", "voir",
        "vos", "votre", "vous", "y", "à",
    }
)  # fmt: skip
ACRONYMS = CAPITALS | {
    "URSSAF", "CODEFI", "CCSF", "CIRI", "CRP", "DGFIP", "DREETS", "DGE", "PGE", "TVA", "RH", "CSE", "BODACC",
}  # fmt: skip


def own_part(text: str, sought: Sought) -> str:
    """Return the sentences of a text that name somebody, others masked; empty when none does."""
    kept: list[str] = []
    for sentence in SENTENCE.split(unicodedata.normalize("NFC", text)):
        if sought.grounds_in(sentence):
            kept.append(masked(sentence.strip(), sought))
        elif not kept or kept[-1] != LEFT_OUT:
            kept.append(LEFT_OUT)
    return " ".join(kept) if any(each != LEFT_OUT for each in kept) else ""


def masked(text: str, sought: Sought) -> str:
    """Return a text without the addresses, the numbers nor the names of anybody else."""
    whole = unicodedata.normalize("NFC", text)
    told = ADDRESS.sub(lambda found: _unless(found[0].lower() == sought.email, found[0]), whole)
    told = NUMBER.sub(lambda found: _unless(_is_theirs(found[0], sought), found[0]), told)
    for kind in KINDS:
        told = kind.pattern.sub(lambda found: _unless(_is_theirs(found[0], sought), found[0]), told)
    told = TITLED.sub(lambda found: found[1] + _unless(_is_known(found[2], sought), found[2]), told)
    told = CAPITALISED.sub(lambda found: _unless(_is_known(found[0], sought), found[0]), told)
    return re.sub(rf"{re.escape(MASK)}(?: {re.escape(MASK)})+", MASK, told)


def _unless(is_kept: bool, words: str) -> str:
    return words if is_kept else MASK


def _is_theirs(number: str, sought: Sought) -> bool:
    return bool(sought.telephone) and digits_of(number) == digits_of(sought.telephone)


def _is_known(word: str, sought: Sought) -> bool:
    if word in ACRONYMS:
        return True
    words = set(words_of(word))
    # Of a name in another script nothing is left: it is not known for all that.
    return bool(words) and words <= sought.words | COMMON
