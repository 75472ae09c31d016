"""Floor 4: the terminal app, one module a screen."""
