"""What every page shares: responses, forms, drafts, pagination.

- ``answers``: what every response carries: security headers, a request id, error pages without internals, and a way to recover typed text.
- ``cautions``: a second thought asked of whoever puts a telephone or such a number into a text that others will read.
- ``drafts``: what an agent was typing in a form, kept on the server until the form is submitted.
- ``form_pages``: form pages, shown and submitted at one URL: drafts are restored, errors land on their field, nothing typed is lost.
- ``htmx``: pages and fragments: one URL, one context, one included file.
- ``pace``: rate limits on what is costly or takes data out, counted from the agent's own recent lines in the journal.
- ``pages``: what every page needs: the identity of the request, the navigation, the colour scheme.
- ``requests``: what browsers send, made of characters that PostgreSQL can hold and HTML can show; numbers in addresses are row numbers.
- ``sendings``: a form is sent once: what a second click sends again is answered as the first one was, and nothing is written twice.
"""
