"""The picture on screen: zoom, pan, the box and what is drawn inside it."""
