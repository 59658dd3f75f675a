"""What fictitious people do besides the follow-up that is simulated.

- ``campaign``: a campaign of first contact, and that of another administration.
- ``directory``: sixty invented institutions and their experts, with holes in what they cover.
- ``known``: what the simulated region knows of the effect of support on the firms of a study.
- ``last_list``: firms put on lists, alerts answered, firms given to a colleague, subscriptions.
- ``openlab``: ideas, votes, what the team answers, the sheets of the last weeks.
- ``partners``: who else works on a firm that is accompanied: a correspondent of another administration.
- ``reports``: the report of the last year, published, and that of the last half-year of the région.
- ``sittings``: a sitting of CODEFI that is over, with its minutes, and the agenda of the next one.
- ``studies``: studies of the effect, of the region and of a larger simulated world, whose truth is known.
- ``together``: an accompagnement of several administrations: somebody named, a file, a visit together, a synthèse by two, a handover.
"""
