"""What the window shows, without any widget: plain values and QObjects."""
