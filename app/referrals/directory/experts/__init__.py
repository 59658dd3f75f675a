"""An expert: added, changed, archived, away and replaced."""
