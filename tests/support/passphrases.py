"""Passphrases are hashed for nearly nothing in a run, whose database holds nobody's.

An instance spends a fifth of a second and 64 MiB on each; ``tests/web/test_accounts.py`` verifies that.
"""

from app.core.database.unit_of_work import TransactionalFlask

#: the least that argon2id accepts: one pass, 8 KiB, one lane
LIGHT = {"argon2__rounds": 1, "argon2__memory_cost": 8, "argon2__parallelism": 1}


def hash_lightly(app: TransactionalFlask) -> None:
    """Have ``app`` hash by the algorithm of an instance, at the least cost."""
    app.extensions["security"].pwd_context.update(**LIGHT)
