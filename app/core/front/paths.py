"""Paths of files as the files themselves write them: relative to where they stand."""

import posixpath


def resolve(origin: str, reference: str) -> str:
    """The path that ``reference`` means in the file ``origin``, both relative to the root of the static files.

    Raise `ValueError` when it leads elsewhere.
    """
    path = posixpath.normpath(posixpath.join(posixpath.dirname(origin), reference))
    if path.startswith(("/", "..")) or "://" in reference:
        raise ValueError(f"{origin}: {reference} is not a file of the front")
    return path


def relate(origin: str, path: str) -> str:
    """``path`` as the file ``origin`` writes it; a module's specifier must start with a dot."""
    relative = posixpath.relpath(path, posixpath.dirname(origin))
    return relative if relative.startswith(".") else f"./{relative}"
