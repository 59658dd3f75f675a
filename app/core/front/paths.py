"""Paths of files as the files themselves write them: relative to their own location."""

import posixpath


def resolve(origin: str, reference: str) -> str:
    """The path that ``reference`` designates in the file ``origin``; both paths are relative to the root of the static files.

    Raise `ValueError` when it leads outside them.
    """
    path = posixpath.normpath(posixpath.join(posixpath.dirname(origin), reference))
    if path.startswith(("/", "..")) or "://" in reference:
        raise ValueError(f"{origin}: {reference} is not a file of the front")
    return path


def relate(origin: str, path: str) -> str:
    """``path`` as the file ``origin`` writes it; a module's specifier must start with a dot."""
    relative = posixpath.relpath(path, posixpath.dirname(origin))
    return relative if relative.startswith(".") else f"./{relative}"
