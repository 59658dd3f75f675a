"""Who acts and what they may do: identities, permissions, guarded routes, row-level security.

- ``elevation``: rights beyond those in scope, for one block: to read the facts that rights derive from, to write what an act entails.
- ``guard``: rings one and two: every route declares its policy or the application does not start; views receive objects, not ids.
- ``identity``: who acts: a plain value passed to services and queries, never looked up inside them.
- ``matrix``: the access matrix: how each route answers each kind of person, derived from the policy itself.
- ``permissions``: the policy as data: each permission, the roles that hold it, and the predicate its subject must satisfy.
- ``rows``: the third ring: each transaction tells PostgreSQL on whose behalf it runs, and row-level security decides.
"""
