"""Who acts and what they may do: identities, permissions, guarded routes, row-level security."""
