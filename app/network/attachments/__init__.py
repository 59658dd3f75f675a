"""Files joined to texts: checked by their content, kept in the database with the audience of the text, never rewritten.

- ``uploading``: the page that joins a file, for a comment as for the note of a visit.
"""
