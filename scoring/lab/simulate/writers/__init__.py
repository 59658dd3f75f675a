"""Writers of the partners' files: one module for each partner, one function for each file."""
