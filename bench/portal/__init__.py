"""``python -m bench.portal``: the portal at the size of a country, served as in production and driven by a load tool, beside a peer.

- ``building``: the instance of a size, built once in a folder of its own, and a fresh copy of its database for each run.
- ``people``: who uses it: managers of France, agents of a département, the followers of some firms.
- ``serving``: the web and the worker as the Procfile starts them, a sink for their mail, and what their processes hold in memory.
- ``sessions``: real sessions: the sign-in page, the passphrase, the code.
- ``driving``: requests sent by wrk on so many connections, and what it measured; ``drive.lua`` is its script.
- ``gestures``: what people do: lists, search, a firm, home.
- ``comments``: a comment on a firm with fifty followers, until the last notification and the last mail are written.
- ``costs``: what row-level security costs, and what tables take on disk.
- ``peer``: Redmine of Debian's packages on the same machine; ``peer.sql`` is its data.
- ``tables``: the Markdown.
"""
