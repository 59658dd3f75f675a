"""The register of what firms ask about the algorithm: what is asked, by whom as what, by when an answer is due, what was answered."""
