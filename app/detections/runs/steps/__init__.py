"""The steps of a run.

- ``files``: the steps that make files: what is published, features, scores, expert rules, reasons, the draw of the list.
- ``publication``: the steps that write in the database: the list, published in one transaction, and the alerts it gives.
- ``watch``: the steps of a run that watch the model: what has moved since it was trained, and what a challenger would have said.
- ``rules``: the expert rules of a run, applied to its firms and told of its list.
"""
