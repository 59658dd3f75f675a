"""From the lake to the portal's tables."""
