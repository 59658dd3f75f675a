"""The engine beside its peers on any panel: `python -m scoring benchmark`.

One step of the panel stands for one interval of the engine, so that the product's own code (labels,
hazard, calibration, thresholds, evaluation) does the work: nothing here is a second engine.
"""
