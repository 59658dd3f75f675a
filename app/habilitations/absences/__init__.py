"""When somebody is away and whom to see meanwhile: said wherever people are chosen; it gives no right to anybody, and says no reason."""
