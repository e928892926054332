"""Values of one level on the wire: one number and one fraction a cell, in cell order.

Layout, little-endian: ``JWV1``, uint32 n, then n float32 values (NaN: unknown), n uint32 numerators and n uint32
denominators (`NONE`: no fraction). Read by ``assets/map/data.js``.
"""

import struct

import numpy as np

MAGIC = b"JWV1"
NONE = 0xFFFFFFFF


def encode_values(values: np.ndarray, n: np.ndarray | None = None, m: np.ndarray | None = None) -> bytes:
    """Encode values (float, NaN for unknown) with optional numerators and denominators (NaN or negative: none).

    All arrays have one length. A metric without a fraction leaves out both `n` and `m`. Raises ValueError when
    lengths differ.
    """
    values = np.asarray(values, dtype="<f4")
    parts = [values, _counts(n, len(values)), _counts(m, len(values))]
    if {a.shape for a in parts} != {(len(values),)}:
        raise ValueError(f"Values, n and m must be flat and of one length, not {[a.shape for a in parts]}.")
    return MAGIC + struct.pack("<I", len(values)) + b"".join(a.tobytes() for a in parts)


def decode_values(body: bytes) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Read values, numerators and denominators back. Raises ValueError when `body` is no values binary."""
    if body[:4] != MAGIC or len(body) != 8 + 12 * struct.unpack_from("<I", body, 4)[0]:
        raise ValueError("not a values binary")
    count = struct.unpack_from("<I", body, 4)[0]
    n, m = (np.frombuffer(body, "<u4", count, 8 + k * 4 * count) for k in (1, 2))
    return np.frombuffer(body, "<f4", count, 8), n, m


def _counts(counts: np.ndarray | None, size: int) -> np.ndarray:
    if counts is None:
        return np.full(size, NONE, dtype="<u4")
    exact = np.asarray(counts, dtype=np.float64)
    known = np.isfinite(exact) & (exact >= 0) & (exact < NONE)
    return np.where(known, np.rint(np.where(known, exact, 0)), NONE).astype("<u4")
