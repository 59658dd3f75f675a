"""What is learnt: intervals, splits, the hazard, calibration, thresholds, predictions."""
