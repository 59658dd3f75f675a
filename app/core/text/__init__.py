"""How figures, dates and texts are formatted, bounded and exported to files.

- ``addresses``: e-mail addresses: whether one is well formed, without looking anything up.
- ``bounds``: texts that agents write: one maximum length, one way to say that it is exceeded.
- ``csv_files``: CSV files that French spreadsheets open, where text never becomes a formula.
- ``extracts``: files taken out of Vigie, written as their rows come: they stand on disk, without a name, until they are sent.
- ``french``: how figures, dates and amounts are written in French; registered as Jinja filters.
- ``labelled``: codes with the French label that agents read.
- ``merging``: two rewritings of one text put together word by word, and what changed from one text to another.
- ``markdown``: agents' texts as HTML: a subset of Markdown, then an allow-list.
- ``proper_names``: names and towns as people write them: Sirene has them in capitals.
- ``spreadsheets``: spreadsheets exported for agents: text stays text, every sheet says who extracted it and when.
"""
