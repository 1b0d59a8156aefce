"""Text filled up to one size before it is sealed, so that how long it is tells nothing of what is in it."""

import zlib

BLOCK = 4096
MOST_PACKED = 16
_HEAD_BYTES = 4
_PACKED = 1 << 31


def padded(plain: bytes, size: int = BLOCK) -> bytes:
    """Return text in a frame of `size` bytes: a head of 4 with its length, the text, and zeros.

    Text that does not fit is packed first (the frame is as large either way, so this tells nothing); what does not fit
    even so takes a whole number of frames: ask `fits` before, where one size must hold.
    """
    head, kept = len(plain), plain
    if len(plain) > size - _HEAD_BYTES:
        kept = zlib.compress(plain)
        head = len(kept) | _PACKED
    framed = head.to_bytes(_HEAD_BYTES, "big") + kept
    return framed + b"\0" * (-len(framed) % size)


def unpadded(framed: bytes) -> bytes:
    """Return the text in a frame."""
    head = int.from_bytes(framed[:_HEAD_BYTES], "big")
    kept = framed[_HEAD_BYTES : _HEAD_BYTES + (head & ~_PACKED)]
    return zlib.decompress(kept) if head & _PACKED else kept


def fits(plain: bytes, size: int) -> bool:
    """Return whether text fits into one frame of `size` bytes; what is sixteen times as long is not even tried."""
    return len(plain) <= MOST_PACKED * size and len(padded(plain, size)) == size
