"""The e-mails that do not leave: who sees them, and trying again."""
