"""Signing in with ProConnect.

- ``person``: the person whom ProConnect identified.
- ``protocol``: the protocol with ProConnect (OpenID Connect, code flow): who signs in, with what assurance level, and signing out there.
- ``recognition``: from a person whom ProConnect identified to their agent account, if they may enter.
- ``refusals``: why a sign-in with ProConnect ends without a session: for each reason, what the person reads and can do.
"""
