"""Lists of strings as numpy arrays, so that a snapshot of them can be mapped and shared."""

from collections.abc import Iterable, Mapping
from itertools import accumulate, pairwise

import numpy as np
from numpy.typing import NDArray

Arrays = Mapping[str, NDArray[np.generic]]


def pack(texts: Iterable[str]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Strings as one run of UTF-8 and where each starts (one more entry than strings)."""
    encoded = [text.encode("utf-8", "surrogatepass") for text in texts]
    starts = np.fromiter(accumulate(map(len, encoded), initial=0), np.int64, len(encoded) + 1)
    return np.frombuffer(b"".join(encoded), np.uint8), starts


def unpack(blob: NDArray[np.uint8], starts: NDArray[np.int64]) -> list[str]:
    """The strings that `pack` took."""
    whole = blob.tobytes()
    places = starts.tolist()
    return [whole[begin:end].decode("utf-8", "surrogatepass") for begin, end in pairwise(places)]


def one(blob: NDArray[np.uint8], starts: NDArray[np.int64], at: int) -> str:
    """One of the strings that `pack` took."""
    return blob[starts[at] : starts[at + 1]].tobytes().decode("utf-8", "surrogatepass")


def narrow(codes: NDArray[np.signedinteger], distinct: int) -> NDArray[np.generic]:
    """Codes in the smallest type that holds them."""
    kind = np.uint8 if distinct <= 1 << 8 else np.uint16 if distinct <= 1 << 16 else np.int32
    return codes.astype(kind)
