"""The static files of the pages, assembled when the application is built (docs/adr/0019), and the addresses of all that is served.

- ``paths``: paths as the files themselves write them.
- ``stylesheets``: one style sheet out of those it imports.
- ``modules``: one ECMAScript module out of those it imports.
- ``publication``: what is published, under names that carry their digest, in a directory of the instance.
- ``serving``: WhiteNoise ahead of the application, and the addresses of the files.
- ``addresses``: addresses of pages, from the names of their routes, in a request or out of one.
"""
