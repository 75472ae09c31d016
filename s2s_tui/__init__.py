"""School-to-school secure transfer (s2s) as a terminal program and a command line."""

__version__ = "0.1.0"
