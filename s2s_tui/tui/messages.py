"""What any widget may tell the person: it posts one of these; the app shows it in the status line."""

from typing import Literal

from textual.message import Message

Kind = Literal["said", "done", "warning", "error"]


class Told(Message):
    """A sentence for the status line.

    Args:
        text: translated, raw inside: it is shown literally.
        kind: how it looks: `said`, `done`, `warning` or `error`.
    """

    def __init__(self, text: str, kind: Kind = "said") -> None:
        super().__init__()
        self.text = text
        self.kind: Kind = kind


class Failed(Message):
    """Something was raised where nobody else can handle it.

    An `S2SError` is worded for the person; anything else is a bug: logged, and shown by its reference.
    """

    def __init__(self, error: BaseException) -> None:
        super().__init__()
        self.error = error


class NewsChanged(Message):
    """Messages were read or deleted: the top line counts anew."""
