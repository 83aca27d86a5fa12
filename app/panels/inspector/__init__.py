"""The inspector at the right, in its sections."""
