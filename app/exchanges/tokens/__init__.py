"""Tokens by which an agent's own tool reads Vigie in their name: made by the agent, shown once, kept as a digest."""
