"""A natural person among what Vigie holds: who is sought, where they may be, and what is said of others, masked.

- ``index``: which objects of a kind may name whoever is sought, by the database's index of persons.
- ``masking``: a text with nothing of it but what is said of one person.
- ``places``: what each domain gives of the persons it holds, and how they are corrected or erased there.
- ``sought``: who is sought, and how they are recognised in a text.
"""
