"""What two ways of typing the same name have in common."""

import unicodedata


def folded(text: str) -> str:
    """Return a text without case, accents or outer spaces; apostrophes are one sign, spaces are one."""
    decomposed = unicodedata.normalize("NFKD", text.replace("’", "'")).casefold()
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(bare.split())
