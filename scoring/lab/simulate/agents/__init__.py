"""How invented agents behave after an alert."""
