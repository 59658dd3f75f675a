"""The adviser’s door: somebody with that only right files a request for a firm, and follows those they filed."""
