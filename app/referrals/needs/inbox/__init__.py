"""The needs that wait for somebody, that they took, that they sent; those of their antennes; those that the team watches."""
