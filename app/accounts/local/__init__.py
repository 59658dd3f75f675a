"""Local accounts: passphrases, second factors, passkeys, and delays after failures.

- ``backoff``: failures cost time: an account, its second factor and a network address each wait longer after each failure.
- ``enrolment``: changing the factors of a local account, on behalf of its agent; each change is journaled and notified by e-mail.
- ``factors``: second factors based on a secret: authenticator app codes (TOTP, RFC 6238) and recovery codes, each used once.
- ``notices``: e-mails to an agent about changes to how they sign in.
- ``passkeys``: passkeys (WebAuthn level 2): a key pair that the agent's device stores and unlocks; both factors in one gesture.
- ``passphrases``: which passphrases are acceptable: long, of any composition, and not among those tried first.
- ``sign_in``: from the credentials somebody presents to the agent they are.
"""
