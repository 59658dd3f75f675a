"""The static files of the pages, assembled when the application is built (docs/adr/0019), and the addresses of everything served.

- ``paths``: paths as the files themselves write them.
- ``stylesheets``: bundling a style sheet with those it imports.
- ``modules``: bundling an ECMAScript module with those it imports.
- ``publication``: what is published, under names that include a digest, in a directory of the instance.
- ``serving``: WhiteNoise in front of the application, and the addresses of the files.
- ``addresses``: addresses of pages, from the names of their routes, inside a request or outside one.
"""
