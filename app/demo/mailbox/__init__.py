"""The e-mails of the demonstration: every message becomes a file, which a page shows to whoever plays; it goes nowhere else.

- ``letters``: the messages that were received, the latest first.
- ``sink``: receives them.
"""
