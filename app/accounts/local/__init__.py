"""Accounts of Vigie itself: passphrases, second factors, passkeys, and the delay after a failure."""
