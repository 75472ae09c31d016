"""The bytes of files: compressed, kept once for each digest, checked when they come out (decision 7)."""

import hashlib
import zlib

from s2s_tui.base.errors import Unreachable
from s2s_tui.store.models import Content
from s2s_tui.store.statements import Statement, insert

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
    if found is None:
        raise Unreachable("content-damaged", digest=digest)
    try:
        content = zlib.decompress(bytes(found[1]))
    except zlib.error as error:
        raise Unreachable("content-damaged", digest=digest) from error
    if digest_of(content) != digest:
        raise Unreachable("content-damaged", digest=digest)
    return content
