"""Sentences for what the checks of zips find; placeholders are the problem's parameters."""

SENTENCES: dict[str, str] = {}
