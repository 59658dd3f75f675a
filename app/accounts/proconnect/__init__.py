"""Signing in by ProConnect.

- ``person``: who ProConnect says is there.
- ``protocol``: the protocol spoken with ProConnect (OpenID Connect, code flow): who signs in, how surely, and signing out there too.
- ``recognition``: from a person whom ProConnect recognised to the agent they are here, if they may enter.
- ``refusals``: why a sign-in by ProConnect ends without a session: for each reason, what the person reads and can do.
"""
