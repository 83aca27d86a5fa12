"""Widgets around the canvas. They show models and know nothing of each other."""
