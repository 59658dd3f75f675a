"""Following what happens in the accompagnements of a colleague: who may be, and what to expect."""
