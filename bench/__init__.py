"""Measurements, as ratios against something on the same machine in the same run: `python -m bench`."""
