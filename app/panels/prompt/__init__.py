"""The prompt bar: field, completions, history, and the card that floats at the box."""
