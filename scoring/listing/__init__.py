"""From risks to lists: draw, explanations, expert rules."""
