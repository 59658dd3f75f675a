"""Experts without an account: a link that expires, sent by e-mail, by which they answer a need, and do nothing else.

- ``acting``: what a link lets its holder do, each thing once.
- ``mailing``: the letters that bear a link, what becomes of them, and what is told of an address that does not work.
"""
