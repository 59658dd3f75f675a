"""The engine compared with its peers on any panel: `python -m scoring benchmark`.

One step of the panel stands for one interval of the engine, so that the product's own code (labels,
hazard, calibration, thresholds, evaluation) does the work: there is no second engine here.

- ``contest``: the engine and its peers on one task: fitted on the same rows, judged on the same rows.
- ``errors``: the error that stops a benchmark.
- ``panel``: a CSV panel in the engine's vocabulary: firms, quarters, features, openings.
- ``report``: the result of a benchmark, as JSON values and as French text.
- ``task``: which rows of a panel train and which test.
- ``times``: the time column of a panel, as integer steps from 0.
"""
