"""Stopping, from an e-mail, what it told of: signed addresses, for whoever holds the e-mail, by a button or in one click (RFC 8058).

- ``links``: what an address stops, and how it is signed.
- ``providers``: what the domains above have that e-mails may stop.
"""
