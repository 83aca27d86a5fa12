"""Image tokenizers: picture <-> tokens."""
