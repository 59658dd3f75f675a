"""Rows of a batch shown to people: the first ones, the refused ones.

- ``first_rows``: the first lines of a batch, as they were parsed: what somebody checks before publishing.
- ``masking``: what of a partner's line may be shown to whom.
- ``rejects``: the refused lines of a batch, for a spreadsheet: text stays text, never a formula.
"""
