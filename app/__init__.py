"""Ellbox window: PySide6 widgets and models over the engine. Knows no torch."""
