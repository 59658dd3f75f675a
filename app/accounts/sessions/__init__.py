"""Sessions of agents: their rows, their cookie, their lifecycle, and what must be done before anything else.

- ``cookie``: Flask's session: a visitor's is kept in a signed cookie; an agent's in PostgreSQL, with only its key in the cookie.
- ``gates``: what must be done before anything else: a second factor, then the commitment.
- ``lifecycle``: opening, strengthening and closing the sessions of agents.
- ``store``: the rows of sessions: found by the digest of their key, never by an id that a browser could choose.
"""
