"""``python deploy/alive.py base|travaux|horloge [URL]``: exit code 0 when `/sante` says that a part of the service is up.

For the health checks of containers: asked of the web process at ``URL`` (by default, this machine), under the name that it answers
to, as a proxy would.
"""

import json
import os
import sys
import urllib.error
import urllib.request
from urllib.parse import urlsplit

PATIENCE = 5
HERE = "http://127.0.0.1:5000"


def is_up(part: str, where: str) -> bool:
    """Whether the web process says so; no answer is a no."""
    name = urlsplit(os.environ.get("VIGIE_PUBLIC_URL", HERE)).netloc
    headers = {"Host": name, "X-Forwarded-Host": name, "X-Forwarded-Proto": "https"}
    asked = urllib.request.Request(f"{where}/sante", headers=headers)  # noqa: S310 - the operator says where
    try:
        with urllib.request.urlopen(asked, timeout=PATIENCE) as answer:  # noqa: S310 - the same
            told = json.load(answer)
    except urllib.error.HTTPError as error:
        told = json.load(error)
    except OSError:
        return False
    return bool(told["parties"].get(part))


if __name__ == "__main__":
    sys.exit(0 if is_up(sys.argv[1], (*sys.argv[2:], HERE)[0]) else 1)
