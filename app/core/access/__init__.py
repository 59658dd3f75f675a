"""Who acts and what they may do: identities, permissions, guarded routes, row-level security.

- ``elevation``: rights beyond those in scope, for a block: the few facts that rights are made of, and what follows from an act.
- ``guard``: rings one and two: every route states its policy or the application does not start; views receive objects, not ids.
- ``identity``: who acts: a plain value handed to services and queries, never read inside them.
- ``matrix``: the access matrix: what each kind of person gets from each route, derived from the policy itself.
- ``permissions``: the policy as data: each permission, the roles that hold it, and the predicate its subject must satisfy.
- ``rows``: the third ring: each transaction tells PostgreSQL on whose behalf it runs, and row-level security decides.
"""
