"""My account: what agents see and change about their own account.

- ``factor_routes``: my second factors: an authentication application, passkeys, recovery codes.
"""
