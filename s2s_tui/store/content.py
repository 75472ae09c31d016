"""The bytes of files: compressed, kept once for each digest, checked when they come out (decision 7)."""

import hashlib
import zlib
from collections.abc import Iterator

from peewee import JOIN

from s2s_tui.base.errors import Unreachable
from s2s_tui.store import stream
from s2s_tui.store.database import Store
from s2s_tui.store.models import Content, Transfer
from s2s_tui.store.statements import Statement, insert

AT_A_TIME = 2
"""Contents that are read at once: each may have the size of the largest file."""

_known = Statement(lambda digest: Content.select(Content.digest).where(Content.digest == digest))
_kept = Statement(lambda digest: Content.select(Content.size, Content.packed).where(Content.digest == digest))


def digest_of(content: bytes) -> str:
    """The key under which content is kept: SHA-256, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def pack(content: bytes) -> bytes:
    """Content as it is kept."""
    # One pupil's CTF gets no smaller at 6, in a fifth more time.
    return zlib.compress(content, 5)


def keep(digest: str, size: int, packed: bytes) -> None:
    """Keep content within the current transaction, unless it is there.

    Args:
        digest: `digest_of` the content.
        size: bytes of the content.
        packed: `pack` of the content, made before the transaction.
    """
    if _known.row(digest) is None:
        insert(Content, [{"digest": digest, "size": size, "packed": packed}])


def fetch(digest: str) -> bytes:
    """The bytes that came in under a digest.

    Raises:
        Unreachable: `content-damaged`, what is kept is not what came in.
    """
    found = _kept.row(digest)
    content = None if found is None else _unpacked(digest, found[1])
    if content is None:
        raise Unreachable("content-damaged", digest=digest)
    return content


def walk(store: Store) -> Iterator[tuple[str, bool]]:
    """All digests, and whether what is kept under each is what came in; within `stream.snapshot`.

    They come as they lie on the disk, a few in memory at a time.
    """
    for digest, packed in stream.rows(store, Content.select(Content.digest, Content.packed), AT_A_TIME):
        yield digest, _unpacked(digest, packed) is not None


def missing(store: Store) -> Iterator[str]:
    """The digests of contents that transfers have and that aren't there; within `stream.snapshot`."""
    query = Transfer.select(Transfer.content).join(Content, JOIN.LEFT_OUTER).where(Content.digest.is_null())
    yield from (digest for (digest,) in stream.rows(store, query.distinct()))


def _unpacked(digest: str, packed: bytes) -> bytes | None:
    """The bytes that came in; None where they are damaged."""
    try:
        content = zlib.decompress(packed)
    except (zlib.error, TypeError):
        return None
    return content if digest_of(content) == digest else None
