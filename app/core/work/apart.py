"""Questions that only the data-science package can answer, asked by pages: a separate process answers, so the web stays light."""

import os
import subprocess
import sys
import tempfile
from typing import IO

from app.core.errors import DomainError
from config import ROOT

#: seconds that a page waits for an answer
TIMEOUT = 120
#: the environment variables passed on to the process: no database URL, no secret but that of a lake in a store, which it reads
PASSED_ON = (
    "HOME", "LANG", "PATH", "TMPDIR", "VIGIE_SERIES", "VIGIE_SOLE_TRADERS",
    "VIGIE_LAKE_URL", "VIGIE_LAKE_ENDPOINT", "VIGIE_LAKE_KEY", "VIGIE_LAKE_SECRET",
)  # fmt: skip
TOO_LONG = "La réponse se fait trop attendre : la demande est abandonnée. Réessayez plus tard."


def ask(*arguments: str, text: str = "") -> IO[bytes]:
    """The output of ``python -m scoring`` called with ``arguments``, and ``text`` as its standard input.

    It is a file open at its beginning, deleted when closed. Raise `DomainError` when it takes longer
    than `TIMEOUT`, `subprocess.CalledProcessError` when the process fails.
    """
    answer = tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes it
    try:
        subprocess.run(  # noqa: S603 - our own interpreter and commands
            [sys.executable, "-m", "scoring", *arguments],
            cwd=ROOT,
            env={name: os.environ[name] for name in PASSED_ON if name in os.environ},
            input=text.encode(),
            stdout=answer,
            timeout=TIMEOUT,
            check=True,
        )
    except subprocess.TimeoutExpired as error:
        answer.close()
        raise DomainError(TOO_LONG) from error
    except BaseException:
        answer.close()
        raise
    answer.seek(0)
    return answer
