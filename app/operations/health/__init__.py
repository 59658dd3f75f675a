"""Whether the service is up, for whoever watches it from outside: yes or no of each part, and nothing that could be a secret."""
