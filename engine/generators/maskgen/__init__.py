"""MaskGen and TiTok's generators: one-dimensional tokens, unmasked the surest first."""
