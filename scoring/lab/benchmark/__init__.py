"""The engine beside its peers on any panel: `python -m scoring benchmark`.

One step of the panel stands for one interval of the engine, so that the product's own code (labels,
hazard, calibration, thresholds, evaluation) does the work: nothing here is a second engine.

- ``contest``: the engine and its peers on one task: fitted on the same rows, judged on the same rows.
- ``errors``: what stops a benchmark.
- ``panel``: A CSV panel in the engine's vocabulary: firms, quarters, features, openings.
- ``report``: what a benchmark found, as JSON values and as French text.
- ``task``: which rows of a panel teach and which test.
- ``times``: the time column of a panel, as whole steps: 0 for the first, one more each step.
"""
