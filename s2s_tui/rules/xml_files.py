"""PLASC and admissions XML: passed on as it is, so long as it is XML that a reader can safely take."""

from xml.parsers import expat

from s2s_tui.rules.problems import Problem, refuse

DEEPEST = 50
MOST_ATTRIBUTES = 100
_PIECE = 1024 * 1024
_PATIENCE = 100_000
"""How many `=` may follow one `<`: in a text harmless, in a start tag the attributes."""


def check(content: bytes, limit: int) -> tuple[Problem, ...]:
    """What keeps such a file out: too large, not well-formed, a document type, too deep. Never raises.

    Args:
        content: the whole file.
        limit: the largest size taken, in bytes.
    """
    if len(content) > limit:
        return (refuse("xml-large", size=f"{len(content) / 1024**2:.1f}", limit=limit // 1024**2),)
    parser = expat.ParserCreate()
    watch = _Watch(parser)
    try:
        _parse(parser, content)
    except _Wrong as wrong:
        return (wrong.problem,)
    except expat.ExpatError as error:
        reason = expat.ErrorString(error.code) or ""
        return (refuse("xml-not-well-formed", line=error.lineno, reason=reason),)
    except (LookupError, ValueError):
        return (refuse("xml-encoding"),)
    return () if watch.started else (refuse("xml-not-well-formed", line=1, reason="empty"),)


def _parse(parser: expat.XMLParserType, content: bytes) -> None:
    """Parse by the megabyte: a start tag of millions of attributes would fill the memory at once."""
    equals = 0
    for position in range(0, len(content), _PIECE):
        piece = content[position : position + _PIECE]
        tag = piece.rfind(b"<")
        if tag >= 0:
            equals = 0
        equals += piece.count(b"=", max(tag, 0))
        if equals > _PATIENCE:
            raise _Wrong(_too_many(parser))
        parser.Parse(piece, False)
    parser.Parse(b"", True)


def _too_many(parser: expat.XMLParserType) -> Problem:
    return refuse("xml-attributes", line=parser.CurrentLineNumber, most=MOST_ATTRIBUTES)


class _Wrong(Exception):
    def __init__(self, problem: Problem) -> None:
        self.problem = problem


class _Watch:
    def __init__(self, parser: expat.XMLParserType) -> None:
        self.started = False
        self._depth = 0
        self._parser = parser
        parser.StartElementHandler = self._open
        parser.EndElementHandler = self._close
        parser.StartDoctypeDeclHandler = self._doctype

    def _open(self, _tag: str, attributes: dict[str, str]) -> None:
        self.started = True
        self._depth += 1
        if self._depth > DEEPEST:
            raise _Wrong(refuse("xml-deep", line=self._parser.CurrentLineNumber, most=DEEPEST))
        if len(attributes) > MOST_ATTRIBUTES:
            raise _Wrong(_too_many(self._parser))

    def _close(self, _tag: str) -> None:
        self._depth -= 1

    def _doctype(self, *_declared: object) -> None:
        raise _Wrong(refuse("xml-doctype", line=self._parser.CurrentLineNumber))
