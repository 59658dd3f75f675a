"""What watches the model: drift, and challengers in the shadow."""
