"""STAR: one scale of the token pyramid a step, coarse to fine, text by cross-attention."""
