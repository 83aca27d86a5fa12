"""From a request to tokens and back to pixels: the fold, box edits, previews, compositing."""
