"""Shared widgets: they take data and callables, know no service, and show every text literally."""
