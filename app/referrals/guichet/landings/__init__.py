"""Guichets by theme or by partner: what each offers, under which words, and which sites may show it in their own pages."""
