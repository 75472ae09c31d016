"""First full frame of the app's logon screen in a real terminal, against that of Textual's hello world."""

from bench import made
from bench.measuring import folder, of_pairs, say, size
from bench.terminal import first_frame, python

HELLO = """
from textual.app import App
from textual.widgets import Static

class Hello(App):
    def compose(self):
        yield Static("Hello, world!")

Hello().run()
"""
ROUNDS = 15


def run() -> None:
    """Print the figures."""
    with folder() as place, made.site(place) as site:
        environment = {"S2S_DATABASE": site.store.url, "HOME": str(place)}
        ours, theirs, times = of_pairs(
            lambda: first_frame(python("-m", "s2s_tui"), "Username", **environment),
            lambda: first_frame(python("-c", HELLO), "Hello, world!"),
            size(ROUNDS, 1),
        )
    say("hello world of Textual, first full frame", theirs * 1000, "ms")
    say("logon screen, first full frame", ours * 1000, "ms")
    say("  against hello world", times, "times", "at most 4")
