"""How long tests wait for what must come."""

LONG = 60.0
"""Seconds. A test waits for a condition and goes on as soon as it holds: on a quiet machine nobody waits,
on one that does twenty things at once each takes twenty times as long."""
