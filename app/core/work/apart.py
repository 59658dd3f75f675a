"""What only the data-science package can tell, asked by a page: a process of its own answers, and the web stays light."""

import os
import subprocess
import sys
import tempfile
from typing import IO

from app.core.errors import DomainError
from config import ROOT

#: seconds after which a page does not wait any longer
PATIENCE = 120
#: what the process is given of the environment: no key, no address of the database
GIVEN = ("HOME", "LANG", "PATH", "TMPDIR", "VIGIE_SERIES")
TOO_LONG = "La réponse se fait trop attendre : la demande est abandonnée. Réessayez plus tard."


def ask(*arguments: str, text: str = "") -> IO[bytes]:
    """What ``python -m scoring`` answers to ``arguments``, ``text`` being its standard input.

    The answer is a file open at its beginning, which disappears when it is closed. Raises
    `DomainError` when it is too long in coming, CalledProcessError when there is none.
    """
    answer = tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes it
    try:
        subprocess.run(  # noqa: S603 - our own interpreter and commands
            [sys.executable, "-m", "scoring", *arguments],
            cwd=ROOT,
            env={name: os.environ[name] for name in GIVEN if name in os.environ},
            input=text.encode(),
            stdout=answer,
            timeout=PATIENCE,
            check=True,
        )
    except subprocess.TimeoutExpired as late:
        answer.close()
        raise DomainError(TOO_LONG) from late
    except BaseException:
        answer.close()
        raise
    answer.seek(0)
    return answer
