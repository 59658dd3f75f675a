"""What every page shares: answers, forms, drafts, paging, files sent.

- ``answers``: what every answer carries: security headers, a request id, error pages without internals, and a way back for typed text.
- ``drafts``: what an agent was typing in a form, kept on the server until the form is sent.
- ``form_pages``: pages of a form, shown and sent at one URL: drafts come back, refusals land on their field, nothing typed is lost.
- ``htmx``: pages and fragments: one URL, one context, one included file.
- ``office_documents``: what an office document (OOXML) may hold: text and figures; nothing that runs, calls elsewhere or swells.
- ``pace``: how often one may ask what costs much or takes data out, counted in one's own recent lines of the journal.
- ``pages``: what every page needs: the identity of the request, the navigation, the colour scheme.
- ``requests``: what browsers send, made of characters that PostgreSQL can hold and HTML can show; numbers in addresses are row numbers.
- ``uploads``: files that people send: weighed, and recognised by what they hold.
"""
