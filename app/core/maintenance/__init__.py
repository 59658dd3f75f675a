"""Whether the service is open: what the database says of it, and what each transaction is told as it begins.

- ``notice``: what the database says of a maintenance: a comment on it, which outlives its tables and is read by every host.
- ``gate``: who enters while Vigie is maintained: each transaction asks as it begins, each process compares its version.
"""
