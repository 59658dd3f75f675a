"""The ideas box: proposed once, voted for, answered by the team until they are done or put aside; what was changed thanks to them."""
