"""Floor 4: the command line, one module a command group."""
