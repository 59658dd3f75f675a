"""Sessions of agents: their rows, their cookie, their life, and what must be done before anything else."""
