"""What the Upload screen says of a file under the cursor (R-UPL-1, R-UPL-10), and of what was sent."""

from collections.abc import Iterator, Sequence

from s2s_tui.base import reach
from s2s_tui.base.translation import _, ngettext
from s2s_tui.rules.problems import Problem, Severity
from s2s_tui.services import uploads
from s2s_tui.services.uploads import Receipt
from s2s_tui.services.wording import place, say
from s2s_tui.tui.screens import words
from s2s_tui.tui.screens.panel import Para
from s2s_tui.tui.screens.upload_folder import Look, Verdict
from s2s_tui.tui.text import DONE, ELLIPSIS, REFUSED, WARNING

_MARKS = {Severity.REFUSE: REFUSED, Severity.WARN: WARNING, Severity.HINT: "?"}
_STYLES = {Severity.REFUSE: "error", Severity.WARN: "warning", Severity.HINT: ""}


def paragraphs(name: str, look: Look | None) -> Iterator[Para]:
    """All that is known of a file: what it is, each problem with its place, what to do."""
    yield Para(name, style="head")
    if look is None:
        yield Para(_("It is being checked."), ELLIPSIS, "dim")
        return
    yield from _what(look)
    if look.verdict is Verdict.SENT:
        yield Para(_("Sent: the same name and content. It is not sent twice."), DONE, "done")
        return
    for problem in look.problems:
        yield Para(_worded(problem), _MARKS[problem.severity], _STYLES[problem.severity])
    if look.mended:
        yield Para(_("r renames it to {name}").format(name=look.mended), " ", "dim")
    if look.verdict is Verdict.REFUSED and not look.destination:
        yield Para(_("m builds a right name, and copies it under that."), " ", "dim")
    if look.verdict is Verdict.FITS:
        yield Para(_("It fits. u sends it."), DONE, "done")
    elif look.verdict is Verdict.LOOK:
        yield Para(_("It can be sent. Look at the warnings first; then u sends it."), WARNING, "dim")
    if look.to_lost:
        yield from _lost_rule()


def way_in() -> Iterator[Para]:
    """How files get here, where nobody can see that from the list: over SSH the own disk is far away."""
    own = reach.own()
    if own is not None:
        said = _(
            "Files come in by SFTP: log on as {account} with your key, and put them in {folder}. They are "
            "listed here by themselves. What you save here you fetch in the same way."
        )
        yield Para(said.format(account=own.account, folder=reach.told(own.path)), "?")


def _what(look: Look) -> Iterator[Para]:
    parts = []
    if look.destination:
        parts.append(_("to {who}").format(who=words.who(look.destination, look.destination_name)))
    if look.pupils:
        parts.append(words.pupils(look.pupils))
    parts.append(words.size(look.stamp[1]))
    yield Para(" · ".join(parts), style="dim")


def _lost_rule() -> Iterator[Para]:
    """The rule of the notes, §1.3."""
    for box, rule in words.LOST_RULES.items():
        yield Para(f"{box}  {_(rule)}", "?")


def _worded(problem: Problem) -> str:
    where = place(problem)
    return f"{where}: {say(problem)}" if where else say(problem)


def question(looks: Sequence[Look]) -> str:
    """What is asked before files are sent: how many, to how many, how many with warnings."""
    schools = {look.destination for look in looks if not look.to_lost}
    lost = sum(look.to_lost for look in looks)
    to = []
    if schools:
        count = len(schools)
        text = ngettext("{count} destination", "{count} destinations", count).format(count=count)
        to.append(words.who(looks[0].destination, looks[0].destination_name) if len(looks) == 1 else text)
    if lost:
        to.append(_("the Lost Pupil Database"))
    sentence = ngettext("Send {count} file to {to}?", "Send {count} files to {to}?", len(looks))
    said = sentence.format(count=len(looks), to=_(" and ").join(to))
    warned = sum(look.verdict is Verdict.LOOK for look in looks)
    if warned:
        said = (
            ngettext("{count} has warnings.", "{count} have warnings.", warned).format(count=warned)
            + " "
            + said
        )
    return said


def summary(receipts: Sequence[tuple[str, Receipt | None]], wanted: int) -> tuple[str, bool]:
    """What became of files that were to be sent.

    Args:
        receipts: each file's name and receipt; None: it had changed since it was checked, and was left.
        wanted: how many were to be sent; more than there are receipts: it was stopped.

    Returns:
        The sentence, and whether all went.
    """
    sent = sum(receipt is not None and receipt.status == uploads.SENT for _name, receipt in receipts)
    twice = sum(receipt is not None and receipt.status == uploads.ALREADY_SENT for _name, receipt in receipts)
    bad = [(n, r) for n, r in receipts if r is not None and r.status == uploads.REFUSED]
    changed = [name for name, receipt in receipts if receipt is None]
    said = [_("{count} sent, e-mails on their way.").format(count=sent) if sent else _("Nothing was sent.")]
    if twice:
        said.append(_("{count} had been sent before.").format(count=twice))
    said.append(_("{count} refused.").format(count=len(bad)))
    for name, receipt in bad[:1]:
        first = next((p for p in receipt.problems if p.severity is Severity.REFUSE), None)
        said.append(f"{name}: {_worded(first) if first else ''}")
    if changed:
        text = ngettext(
            "{name} has changed since it was checked: look at it again.",
            "{count} have changed since they were checked ({name}…): look at them again.",
            len(changed),
        )
        said.append(text.format(name=changed[0], count=len(changed)))
    left = wanted - len(receipts)
    if left > 0:
        said.append(
            ngettext("Stopped: {count} is not sent.", "Stopped: {count} are not sent.", left).format(
                count=left
            )
        )
    return " ".join(said), not bad and not changed and left <= 0
