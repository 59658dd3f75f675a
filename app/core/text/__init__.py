"""How figures, dates and texts are written, bounded and taken out in files.

- ``addresses``: e-mail addresses: whether one is written rightly, whatever answers behind it.
- ``bounds``: texts that agents write: one length, one way to say that it is passed.
- ``csv_files``: CSV files that French spreadsheets open, where a text never becomes a formula.
- ``french``: how figures, dates and amounts are written in French; registered as Jinja filters.
- ``labelled``: codes with the French label that agents read.
- ``markdown``: what agents write, as HTML: a subset of Markdown, then an allow-list.
- ``spreadsheets``: spreadsheets handed to agents: text stays text, every sheet says who extracted it and when.
"""
