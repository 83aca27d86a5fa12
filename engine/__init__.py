"""Ellbox engine: token generators, decoding, editing, documents. Knows no Qt."""
