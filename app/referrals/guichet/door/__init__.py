"""The public door: the form of a head of firm, in two pages that lose nothing, and what keeps robots out of it.

- ``asking``: what was typed, turned into subjects, a firm and a commune, or refused in words.
- ``consent``: what the firm agrees to, word for word.
- ``passes``: the signed proof that a form was shown, when, and that it was sent once.
- ``pages``: the two pages of a form, shared by the guichet and its themes.
- ``paces``: how many requests may come from the same place, kept as digests of the day.
"""
