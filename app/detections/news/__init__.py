"""What each list changes: its totals, who enters and leaves, the model and the sources it is made of, what the answers led to."""
