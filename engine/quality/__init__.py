"""How good the models are: figures of pictures that the real generators draw."""
