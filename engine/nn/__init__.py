"""Network blocks used by at least two models."""
