"""Accounts of Vigie itself: passphrases, second factors, passkeys, and the delay after a failure.

- ``backoff``: failures cost time: an account, its second factor and a network address each wait longer after each failure.
- ``enrolment``: writing the factors of a local account, on behalf of its agent, each change journaled and told by e-mail.
- ``factors``: second factors known by a secret: codes of an application (TOTP, RFC 6238) and recovery codes, each used once.
- ``notices``: E-mails of the account: sending any e-mail of Vigie to its agent, and the notices of what touches how one signs in.
- ``passkeys``: passkeys (WebAuthn level 2): a key pair that the agent's device keeps and unlocks; both factors in one gesture.
- ``passphrases``: which passphrases will do: long ones, of any composition, that nobody would guess first.
- ``sign_in``: from what somebody shows to the agent they are.
"""
