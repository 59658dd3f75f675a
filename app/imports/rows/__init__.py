"""Rows of a batch that people look at: the first ones, the refused ones.

- ``first_rows``: the first lines of a batch, as they were understood: what somebody looks at before publishing.
- ``rejects``: the refused lines of a batch, for a spreadsheet: text stays text, never a formula.
"""
