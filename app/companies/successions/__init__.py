"""What became of establishments: which took over which, as Insee links them."""
