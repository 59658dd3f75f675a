"""Sessions of agents: their rows, their cookie, their life, and what must be done before anything else.

- ``cookie``: flask's session: a visitor's is kept in a signed cookie, an agent's in PostgreSQL, of which the cookie is only the key.
- ``gates``: what must be done before anything else: a second factor, then the commitment.
- ``lifecycle``: opening, strengthening and closing the sessions of agents.
- ``store``: the rows of sessions: found by the digest of their key, never by a number that a browser could choose.
"""
