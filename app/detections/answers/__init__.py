"""What agents answer to a detection, and the firms they flag."""
