"""The public figures: what an administrator published of frozen periods, read without an account, never computed when read."""
