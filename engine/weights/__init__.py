"""Weights files: the manifest, where they lie, whether they are whole, strict loading."""
