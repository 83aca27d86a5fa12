"""Text encoders: prompt -> features."""
