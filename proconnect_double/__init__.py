"""A double of ProConnect for tests and demonstrations: as strict as the real one, with people who do not exist.

It knows nothing about Vigie. It listens only on the loopback and never starts where ``VIGIE_ENV`` is set. What it accepts
and refuses follows ProConnect's documentation for service providers (partenaires.proconnect.gouv.fr/docs, August 2026).
"""
