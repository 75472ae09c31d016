"""What the annual matching's classes, states and stages are called, on screens and by commands."""

from s2s_tui.base.translation import N_, _

STATES: dict[str, str] = {
    "new": N_("new"),
    "downloaded": N_("downloaded"),
    "school-has": N_("school has it"),
    "forwarded": N_("forwarded"),
    "not-ours": N_("not ours"),
    "removed": N_("removed"),
}
"""Of a find: what its authority said, or what became of the record."""

BANDS: dict[str, str] = {"certain": N_("certain"), "check": N_("to check")}

STAGES: dict[str, str] = {
    "reading": N_("Reading the roll"),
    "names": N_("Comparing names"),
    "pupils": N_("Comparing pupils"),
    "writing": N_("Writing down what was found"),
}


def state(key: str) -> str:
    """A find's state, in the reader's language."""
    return _(STATES[key])


def band(key: str) -> str:
    """A find's class, in the reader's language."""
    return _(BANDS[key])


def stage(key: str) -> str:
    """What a matching is doing, in the reader's language."""
    return _(STAGES[key])


def percent(probability: float) -> str:
    """A likelihood: `97%`; never 100, as nothing is sure until somebody has looked."""
    return f"{min(99, int(100 * probability))}%"
