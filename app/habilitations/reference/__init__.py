"""The départements, the zones and the networks that an empty instance holds."""
