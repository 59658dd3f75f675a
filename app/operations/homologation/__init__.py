"""The file for the homologation of an instance, written from its code and from what it is: two files, none of them typed by hand.

- ``components``: what Vigie is made of, as CycloneDX.
- ``datamap``: where data come from, and each table with its natures, its policies and its rows.
- ``dossier``: the whole file, in the order in which an authority reads it.
- ``document``: the file as Markdown: sections, paragraphs, tables.
- ``powers``: who may do what, from the policy that runs; what anybody may open, and why.
- ``proofs``: each measure, where it is, and the tests that fail without it.
- ``results``: what was last tried: backups, drills, checks, how the service stands.
"""
