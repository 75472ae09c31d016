"""Sentences for what the checks of file names find; placeholders are the problem's parameters."""

SENTENCES: dict[str, str] = {}
