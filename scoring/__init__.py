"""The data-science package: from partner files to a scored list. It knows no web and no portal.

- ``errors``: what stops a training or a scoring.
- ``model_cli``: command line of the scoring engine: `features`, `train`, `score`.
- ``train``: from the lake to a trained model: panel, roles, hazard, calibration, thresholds, and an honest test beside the peers.
- ``vocabulary``: words that the web and the data-science package share: stable codes, each with the French label that agents read.
"""
