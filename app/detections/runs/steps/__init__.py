"""The steps of a run.

- ``files``: the steps that write files: freshness, features, scores, expert rules, reasons, the draw of the list.
- ``publication``: the steps that write to the database: the list, published in one transaction, and its alerts.
- ``watch``: the steps that monitor the model: what has drifted since training, and how a challenger would have scored.
- ``rules``: the expert rules of a run: applied to its firms, and reported for its list.
"""
