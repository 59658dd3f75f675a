"""What the report of the convention says of the orientation, counted and not yet masked: `evidence` masks and freezes it."""
