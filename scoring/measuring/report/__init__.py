"""What a model is worth on test rows, for the metadata (JSON values) and the card (Markdown)."""
