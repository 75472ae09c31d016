"""Floor 0: errors, settings, clock, printable text and translation; nothing about pupils."""
