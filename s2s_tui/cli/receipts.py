"""What `check` and `upload` say of files: the contract's JSON, or lines for people."""

from collections.abc import Sequence
from typing import Any

from s2s_tui.base.text import printable
from s2s_tui.base.translation import N_, _
from s2s_tui.cli import out
from s2s_tui.cli.out import Column
from s2s_tui.rules.problems import Problem, Severity
from s2s_tui.services.uploads import ALREADY_SENT, CHECKED, REFUSED, SENT, Receipt
from s2s_tui.services.wording import place, say

_STATUS = {
    CHECKED: N_("good"),
    SENT: N_("sent"),
    ALREADY_SENT: N_("already sent"),
    REFUSED: N_("refused"),
}
_COUNTED = {
    CHECKED: N_("{count} good"),
    SENT: N_("{count} sent"),
    REFUSED: N_("{count} refused"),
    ALREADY_SENT: N_("{count} already sent"),
}
_SEVERITY = {Severity.REFUSE: N_("refused"), Severity.WARN: N_("warning"), Severity.HINT: N_("hint")}


def show(receipts: Sequence[Receipt], *, as_json: bool, was_stopped: bool = False) -> int:
    """Show receipts in the order given, and what it comes to.

    Args:
        receipts: of each file that its turn came to.
        as_json: the contract's JSON, and a line on standard error where something was refused.
        was_stopped: the caller says how far it came, in that line's place.

    Returns:
        The exit code: 3 where a role may not send a file, 1 where something was refused, else 0.
    """
    refused = [receipt for receipt in receipts if not receipt.ok]
    forbidden = [one for receipt in refused for one in receipt.problems if one.code == "not-allowed"]
    if not as_json:
        _show_lines(receipts)
    else:
        out.document([receipt_json(receipt) for receipt in receipts])
        if refused and not was_stopped:
            out.complain(say(forbidden[0]) if forbidden else _summed(receipts))
    return 3 if forbidden else 1 if refused else 0


def receipt_json(receipt: Receipt) -> dict[str, Any]:
    """A receipt as the contract has it; advice is left out."""
    return {
        "file": receipt.file,
        "ok": receipt.ok,
        "kind": receipt.kind,
        "source": receipt.source,
        "destination": receipt.destination,
        "pupils": receipt.pupils,
        "id": None if receipt.id is None else str(receipt.id),
        "status": receipt.status,
        "problems": [
            problem_json(problem) for problem in receipt.problems if problem.severity is not Severity.HINT
        ],
    }


def problem_json(problem: Problem) -> dict[str, str]:
    """A problem as the contract has it."""
    return {
        "severity": str(problem.severity),
        "code": problem.code,
        "where": place(problem),
        "message": say(problem),
    }


def _show_lines(receipts: Sequence[Receipt]) -> None:
    if not receipts:
        out.line(_("No files."))
        return
    columns = (
        Column(_("File"), yields=True),
        Column(_("To")),
        Column(_("Pupils"), right=True),
        Column(_("Is")),
    )
    rows = [
        (receipt.file, receipt.destination or "-", receipt.pupils or "-", _(_STATUS[receipt.status]))
        for receipt in receipts
    ]
    out.table(columns, rows)
    for receipt in receipts:
        if receipt.problems:
            out.put(
                f"\n{printable(receipt.file)}\n" + "".join(_told(problem) for problem in receipt.problems)
            )
    out.put("\n")
    out.line(_summed(receipts))


def _summed(receipts: Sequence[Receipt]) -> str:
    counts = [
        (sum(receipt.status == status for receipt in receipts), says) for status, says in _COUNTED.items()
    ]
    return ", ".join(_(says).format(count=count) for count, says in counts if count) + "."


def _told(problem: Problem) -> str:
    where = place(problem)
    return f"  {_(_SEVERITY[problem.severity])}: {where + ': ' if where else ''}{say(problem)}\n"
