"""Finding a person among what Vigie holds, for an open request: what may be theirs, what is, and what is done of it."""
