"""Framework glue, independent of any domain.

- ``errors``: domain errors: services and queries raise them, the web turns them into responses.
- ``files``: the files of an instance: for whoever runs it, and for nobody else on the machine.
- ``journal``: the journal: who did or read what.
- ``journal_events``: what the journal may say: each event, in the words of its readers.
- ``logging``: structured logs: one line of JSON per event in production, readable lines otherwise; never an agent's text.
- ``metrics``: what each figure of the product counts: the dictionary, filled by the domains.
- ``now``: the current time, in one place: commands that rebuild a history set when each act took place.
- ``secret_links``: secrets that an address bears, for whoever holds it: drawn once, kept as a digest.
- ``slots``: what an upper domain provides to a lower one: typed slots, filled while the application is built.
- ``working_days``: days when administrations work: neither at the weekend nor a public holiday.
"""
