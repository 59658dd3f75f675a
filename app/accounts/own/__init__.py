"""My account: what each agent sees and changes of their own.

- ``factor_routes``: my second factors: an authentication application, passkeys, recovery codes.
"""
