"""``python -m bench.regions OUT``: small simulated regions, each list against the true risk of its firms, which no model sees.

- ``country``: a simulated country on disk, cut at random into regions: tables of each quarter, what a fit needs as of a day, the truth.
- ``figures``: what scores are worth beside the truth; the product as it is, and as it was recalibrated before.
- ``learners``: the hazard fitted on what a region knew, with its own features or others.
- ``trials``: what is tried beside the product, what each predicts kept on disk.
- ``stable``: the features that carry the year, and the same said so that every year says the same.
- ``national``: failures of all the regions as a national series, and whether following it would have helped.
- ``tables``: the Markdown.
"""
