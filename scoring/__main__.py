"""`python -m scoring`: the commands of the data-science package."""

from __future__ import annotations

import os
import sys

from scoring.cli import main

# Scores and debts are for whoever runs the command alone.
os.umask(0o077)
sys.exit(main())
