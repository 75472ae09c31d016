"""The authorities of Wales and England, as the program ships them."""

import csv
from importlib import resources
from typing import Any


def rows() -> list[dict[str, Any]]:
    """The fields of each authority's row, by code; Wales' with their Welsh names."""
    text = resources.files("s2s_tui.services").joinpath("data/authorities.csv").read_text("utf-8")
    return [
        {
            "code": row["code"],
            "name": row["name_en"],
            "name_cy": row["name_cy"],
            "country": row["country"],
            "language": "en",
        }
        for row in csv.DictReader(text.splitlines())
    ]
