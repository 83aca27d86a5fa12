"""Documents and the files they come from and go to. Nothing here imports torch or Qt."""
