"""Lformer: one L-shaped block of tokens a step, from the top left corner outwards."""
