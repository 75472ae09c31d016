"""Sentences for what the checks of CTFs, UPNs and dates find; placeholders are the problem's parameters."""

SENTENCES: dict[str, str] = {}
