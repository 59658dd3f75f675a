"""The files of an instance: for whoever runs it, and for nobody else on the machine.

Each process sets its umask at start; this mends what another umask, a copy or a restored backup has left open.
"""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

#: what group and others may hold of a file: nothing
OTHERS = 0o077
#: of a directory that another account must go through, without reading it
THROUGH = 0o011


def close_top(home: Path, *, through: bool = False) -> list[Path]:
    """Close ``home`` and what is directly in it, and return what was open: cheap enough for each start.

    ``through``: the account that runs the embedded PostgreSQL goes through ``home``. Raise `OSError` for what is somebody else's.
    """
    if not home.is_dir():
        return []
    found = [path for path in home.iterdir() if not path.is_symlink()]
    return [path for path in (home, *found) if _close(path, home=home, through=through)]


def close_all(home: Path, *, through: bool = False) -> list[Path]:
    """Close every file of ``home``, and return those that were open."""
    opened = close_top(home, through=through)
    for path in _below(home):
        if _close(path, home=home, through=through):
            opened.append(path)
    return sorted(set(opened))


def _below(home: Path) -> Iterator[Path]:
    # The cluster's files are PostgreSQL's, which keeps them closed itself.
    for folder, folders, names in os.walk(home):
        place = Path(folder)
        folders[:] = [name for name in folders if not _is_foreign(place / name)]
        for name in (*folders, *names):
            path = place / name
            if not path.is_symlink() and not path.is_socket():
                yield path


def _is_foreign(path: Path) -> bool:
    return path.is_symlink() or path.stat().st_uid != os.geteuid()


def _close(path: Path, *, home: Path, through: bool) -> bool:
    """Take from group and others what they hold of ``path``; return whether they held anything."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return False
    if status.st_uid != os.geteuid():
        return False
    allowed = THROUGH if through and path == home else 0
    mode = stat.S_IMODE(status.st_mode)
    if not mode & OTHERS & ~allowed:
        return False
    path.chmod(mode & ~OTHERS | (mode & allowed))
    return True
