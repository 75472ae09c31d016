"""How a widget does its `ACTIONS`: keys from the registry, one place for errors, never two at once."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from inspect import isawaitable
from typing import TYPE_CHECKING, Any, ClassVar, cast

from textual.message import Message

from s2s_tui.base.translation import _
from s2s_tui.tui.messages import Failed
from s2s_tui.tui.registry import NAMED_IN_HELP_ONLY, Action, key_name

if TYPE_CHECKING:
    from textual.message_pump import MessagePump as _Pump
    from textual.widget import Widget as _Widget
else:
    _Pump = _Widget = object


@dataclass(frozen=True, slots=True)
class Hint:
    """What the foot line says of one key.

    Attributes:
        keys: as written.
        title: translated.
        rank: the lowest is given up last.
        key: Textual's name of the key, which a click presses; empty: a click does nothing.
    """

    keys: str
    title: str
    rank: int
    key: str = ""


class Sturdy(_Pump):
    """Mixin, before a Textual base: what a message handler raises is told, and the widget lives on.

    Textual ends the whole app when a handler raises, and the widget's queue with it.
    """

    async def _dispatch_message(self, message: Message) -> None:
        try:
            await super()._dispatch_message(message)
        except Exception as error:
            self._mounted_event.set()
            self.post_message(Failed(error))


class Acting(Sturdy, _Widget):
    """Mixin, before a Textual base: each of `ACTIONS` becomes a key that runs `do_<id>()`.

    A `do_` method may be plain or `async`; an async one runs as a worker, so it may wait for `app.ask(…)`,
    `app.prompt(…)` and `in_thread(…)`. Pressed again while it runs, its key does nothing.
    What it raises is shown: an `S2SError` in words, anything else by the reference of its log entry.
    """

    ACTIONS: ClassVar[tuple[Action, ...]] = ()

    def __init_subclass__(cls, **options: Any) -> None:
        own = cls.__dict__.get("ACTIONS", ())
        if own:
            cls.BINDINGS = [*cls.__dict__.get("BINDINGS", ()), *(action.binding() for action in own)]
        super().__init_subclass__(**options)

    @classmethod
    def all_actions(cls) -> tuple[Action, ...]:
        """Its own actions, then those of the classes it is built on."""
        seen: dict[str, Action] = {}
        for base in cls.__mro__:
            for action in base.__dict__.get("ACTIONS", ()):
                seen.setdefault(action.id, action)
        return tuple(seen.values())

    def may(self, permission: str) -> bool:
        """Whether the person has a permission: asked of the app, where it knows."""
        ask = cast("Callable[[str], bool] | None", getattr(self.app, "may", None))
        return not permission or ask is None or ask(permission)

    def can(self, action: Action) -> bool:  # noqa: ARG002 - a hook
        """Whether an action makes sense just now; a hook: with nothing marked, say, there is no reject.

        A False hides the key from foot line, help and palette. Call `refresh_bindings()` when it changes.
        """
        return True

    def title_of(self, action: Action) -> str:
        """What the foot line calls an action; a hook for titles with a number: `download 2`."""
        return _(action.title)

    def offered(self) -> list[Action]:
        """The actions that can be done now, by permission and by `can`."""
        return [action for action in self.all_actions() if self.may(action.permission) and self.can(action)]

    def hints(self) -> list[Hint]:
        """What the foot line may say of it."""
        return [
            Hint(key_name(action.key), self.title_of(action), action.rank, action.key.split(",")[0])
            for action in self.offered()
            if action.rank < NAMED_IN_HELP_ONLY
        ]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Textual's question before a key runs."""
        wanted = str(parameters[0]) if action == "act" and parameters else ""
        for known in self.all_actions():
            if (wanted and known.id == wanted) or (known.run and known.run == action):
                return self.may(known.permission) and self.can(known)
        return True

    def action_act(self, action_id: str) -> None:
        """Run `do_<id>()`: at once, and what it has to wait for as a worker."""
        running: set[str] = self.__dict__.setdefault("_acts_running", set())
        action = next((known for known in self.all_actions() if known.id == action_id), None)
        if action is None or action_id in running:
            return
        method: Callable[[], Awaitable[None] | None] = getattr(self, action.method)
        try:
            waiting = method()
        except Exception as error:
            self.post_message(Failed(error))
            return
        if not isawaitable(waiting):
            return
        running.add(action_id)

        async def act() -> None:
            try:
                await waiting
            except Exception as error:
                self.post_message(Failed(error))
            finally:
                running.discard(action_id)

        self.run_worker(act(), name=action_id, group="acts", exit_on_error=False)
