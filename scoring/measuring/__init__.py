"""What a model is worth: measures, gate, drift, report, card."""
