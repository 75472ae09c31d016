"""Takes new sentences of the package into the Welsh catalogue and compiles it: `make catalogue`.

Sentences are marked with `_()`, `N_()` or `ngettext()`. A sentence whose English has changed has to be
translated again: nothing is guessed. With `--missing` it lists what is still to be translated.
"""

import io
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

PACKAGE = Path(__file__).parent.parent / "s2s_tui"
KEYWORDS = {"_": None, "N_": None, "ngettext": (1, 2)}
DOMAIN = "s2s_tui"
PLURALS = "nplurals=5; plural=(n==1 ? 1 : n==2 ? 2 : n==3 ? 3 : n==6 ? 4 : 0)"
"""Welsh: any number, then one, two, three and six, which change the word in their own ways (CLDR)."""


class Lean(Catalog):
    """A catalogue whose heading is always the same: no date, no name of a tool."""

    mime_headers = property(
        lambda _self: [("Content-Type", "text/plain; charset=utf-8"), ("Plural-Forms", PLURALS)],
        lambda _self, _headers: None,
    )


def catalogue_path(language: str = "cy") -> Path:
    """Where a language's sentences lie."""
    return PACKAGE / "locale" / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def sentences(files: Iterable[Path]) -> Iterator[str | tuple[str, str]]:
    """Every marked sentence of some modules; of a counted one, both English forms."""
    for file in files:
        with file.open("rb") as source:
            for _line, message, _comments, _context in extract("python", source, KEYWORDS):
                if isinstance(message, str):
                    if message:
                        yield message
                else:
                    yield message[0], message[1]


def template() -> Catalog:
    """All sentences of the package, untranslated."""
    found = Catalog(domain=DOMAIN)
    for message in sentences(sorted(PACKAGE.rglob("*.py"))):
        found.add(message)
    return found


def read(path: Path) -> Catalog:
    """A catalogue as kept; an empty one where there is none yet."""
    if not path.exists():
        return Catalog(locale="cy", domain=DOMAIN)
    with path.open("rb") as file:
        return read_po(file, locale="cy", domain=DOMAIN)


def as_text(catalogue: Catalog) -> bytes:
    """A catalogue as it is kept: by alphabet, without dates and places, so that little of it changes."""
    buffer = io.BytesIO()
    write_po(buffer, catalogue, width=100, no_location=True, sort_output=True, omit_header=True)
    header = (
        "# Welsh sentences of s2s-tui.\n"
        'msgid ""\n'
        'msgstr ""\n'
        '"Language: cy\\n"\n'
        f'"Plural-Forms: {PLURALS}\\n"\n'
        '"MIME-Version: 1.0\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n'
        '"Content-Transfer-Encoding: 8bit\\n"\n\n'
    )
    return header.encode() + buffer.getvalue()


def compiled(catalogue: Catalog) -> bytes:
    """A catalogue as the program reads it: only what is translated, the same bytes for the same sentences."""
    lean = Lean(locale="cy", domain=DOMAIN)
    for message in catalogue:
        if message.id and _is_translated(message.string):
            lean.add(message.id, message.string)
    buffer = io.BytesIO()
    write_mo(buffer, lean)
    return buffer.getvalue()


def missing(catalogue: Catalog, wanted: Iterable[str | tuple[str, str]]) -> list[str]:
    """Which of some sentences have no translation."""
    found = []
    for message in wanted:
        single = message if isinstance(message, str) else message[0]
        kept = catalogue.get(single)
        if kept is None or not _is_translated(kept.string):
            found.append(single)
    return found


def _is_translated(said: object) -> bool:
    return bool(said) and (isinstance(said, str) or all(said))  # type: ignore[arg-type]


def main() -> None:
    """Extract, update, compile; or list what is missing."""
    path = catalogue_path()
    known = read(path)
    wanted = template()
    if "--missing" not in sys.argv:
        known.update(wanted, no_fuzzy_matching=True)
        known.obsolete.clear()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(as_text(known))
        known = read(path)
        path.with_suffix(".mo").write_bytes(compiled(known))
    left = missing(known, (message.id for message in wanted if message.id))
    if "--missing" in sys.argv:
        sys.stdout.writelines(f"{sentence}\n" for sentence in left)
    total = sum(1 for message in wanted if message.id)
    sys.stderr.write(f"{total - len(left)} of {total} sentences are in Welsh.\n")


if __name__ == "__main__":
    main()
