"""Settings of an instance, read from the environment and nowhere else.

Every default is public and safe in production; what must not be guessed (a secret, a key) is created once in ``VIGIE_HOME``
with mode 0600 on a private instance, and must be set in the environment when ``VIGIE_ENV=production``. Invalid values and
unknown names are refused at start, all at once, one French sentence each.
"""

from config.faults import MissingSettingError, RefusedSettingError, SettingError
from config.settings import ROOT, Config

__all__ = ["ROOT", "Config", "MissingSettingError", "RefusedSettingError", "SettingError"]
