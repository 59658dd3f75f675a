"""Accompagnements handed over to a colleague, who takes them or declines; the former référent still reads them for a while."""
