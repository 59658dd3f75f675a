"""What fictitious people do besides the follow-up that is simulated.

- ``campaign``: a campaign of first contact, and that of another administration.
- ``last_list``: firms put on lists, alerts answered, firms given to a colleague, subscriptions.
- ``openlab``: ideas, votes, what the team answers, the sheets of the last weeks.
- ``partners``: who else works on a firm that is accompanied: a correspondent of another administration.
- ``sittings``: a sitting of CODEFI that is over, with its minutes, and the agenda of the next one.
- ``together``: an accompagnement of several administrations: somebody named, a file, a visit together, a synthèse by two, a handover.
"""
