"""Training a model, trying it beside the champion, told when it fails."""
