"""Where methods are tried: simulated worlds and the benchmark."""
