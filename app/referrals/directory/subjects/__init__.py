"""What a need may be about, and who receives what nobody else does."""
