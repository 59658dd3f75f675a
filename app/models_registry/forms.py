"""What is asked to train a model, to measure it and to sign for it."""
