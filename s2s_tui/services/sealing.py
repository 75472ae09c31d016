"""Secrets that must wait in the database, sealed with the site's key, which no database or backup holds.

HMAC-SHA256 makes the key stream, counting up, and the tag (encrypt, then authenticate); each secret has
keys of its own from a fresh nonce.
"""

import base64
import hmac
import secrets

from s2s_tui.base.errors import Refused
from s2s_tui.services.site import Site

_NONCE, _TAG, _BLOCK = 16, 16, 32


def seal(site: Site, text: str) -> str:
    """A text that only whoever has the site's key can read."""
    nonce = secrets.token_bytes(_NONCE)
    plain = text.encode("utf-8", "surrogatepass")
    hidden = _crossed(site, nonce, plain)
    return base64.b64encode(nonce + hidden + _tag(site, nonce + hidden)).decode("ascii")


def unseal(site: Site, sealed: str) -> str:
    """The text again.

    Raises:
        Refused: `seal-broken`, it was sealed with another key, or was changed.
    """
    try:
        data = base64.b64decode(sealed, validate=True)
    except ValueError:
        data = b""
    body, tag = data[:-_TAG], data[-_TAG:]
    if len(data) < _NONCE + _TAG or not hmac.compare_digest(tag, _tag(site, body)):
        raise Refused("seal-broken")
    return _crossed(site, body[:_NONCE], body[_NONCE:]).decode("utf-8", "surrogatepass")


def _crossed(site: Site, nonce: bytes, data: bytes) -> bytes:
    key = hmac.digest(site.key, b"s2s-tui seal " + nonce, "sha256")
    blocks = range(-(-len(data) // _BLOCK))
    stream = b"".join(hmac.digest(key, block.to_bytes(8, "big"), "sha256") for block in blocks)
    return bytes(one ^ other for one, other in zip(data, stream, strict=False))


def _tag(site: Site, body: bytes) -> bytes:
    key = hmac.digest(site.key, b"s2s-tui seal tag", "sha256")
    return hmac.digest(key, body, "sha256")[:_TAG]
