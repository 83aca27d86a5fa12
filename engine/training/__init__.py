"""Training: the sprite bank, captioned scenes, losses and the loop that teaches each model."""
