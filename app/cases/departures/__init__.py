"""Accompagnements that no référent at work follows any more: found from what is true of each référent, given by the head of the house."""
