"""What becomes of an accompagnement, or of a follow, when its establishment was taken over: one click, journaled."""
