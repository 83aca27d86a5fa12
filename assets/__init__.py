"""Package data: icons, sample pictures and the built-in models."""
