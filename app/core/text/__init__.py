"""How figures, dates and texts are formatted, bounded and exported to files.

- ``addresses``: e-mail addresses: whether one is well formed, without looking anything up.
- ``bounds``: texts that agents write: one maximum length, one way to say that it is exceeded.
- ``folding``: what two ways of typing the same name have in common.
- ``french``: how figures, dates and amounts are written in French; registered as Jinja filters.
- ``labelled``: codes with the French label that agents read.
- ``merging``: two rewritings of one text put together word by word, and what changed from one text to another.
- ``markdown``: agents' texts as HTML: a subset of Markdown, then an allow-list.
- ``personal``: what a text should not hold without a second thought: telephone numbers, bank accounts.
- ``proper_names``: names and towns as people write them: Sirene has them in capitals.
- ``telephone``: telephone numbers as people give them.
"""
