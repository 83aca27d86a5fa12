"""Plain frozen values shared by engine and app. Nothing here imports torch or Qt."""
