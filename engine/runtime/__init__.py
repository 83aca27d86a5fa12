"""Running the engine: device, loaded models, requests, the background thread."""
