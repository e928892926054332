"""Values of one level on the wire: one number and one fraction a cell, in cell order; or one number a frame.

Layout, little-endian: ``JWV1``, uint32 n, then n float32 values (NaN: unknown), n uint32 numerators and n uint32
denominators (`NONE`: no fraction). Frames: ``JWF1``, uint32 length of a JSON head ``{frames, cells, type, steps,
colors}``, the head padded to 4 bytes, then frames × cells values: ``u2`` whole numbers (`UNKNOWN`: unknown) or
``f4`` (NaN). Read by ``assets/map/data.js``.
"""

import json
import struct
from collections.abc import Sequence

import numpy as np

MAGIC = b"JWV1"
NONE = 0xFFFFFFFF
FRAMES = b"JWF1"
UNKNOWN = 0xFFFF


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


def encode_frames(values: np.ndarray, steps: Sequence[float], colors: dict[str, list[str]]) -> bytes:
    """Encode frames × cells values (float, NaN for unknown) with the scale that is common to all frames."""
    known = values[np.isfinite(values)]
    small = bool((known == np.floor(known)).all() and (known >= 0).all() and (known < UNKNOWN).all())
    kind = "u2" if small else "f4"
    body = np.where(np.isnan(values), UNKNOWN, values) if small else values
    shape = {"frames": values.shape[0], "cells": values.shape[1], "type": kind}
    head = json.dumps(shape | {"steps": list(steps), "colors": colors}, separators=(",", ":")).encode()
    head += b" " * (-len(head) % 4)
    return FRAMES + struct.pack("<I", len(head)) + head + body.astype(f"<{kind}").tobytes()


def decode_frames(body: bytes) -> tuple[np.ndarray, list[float], dict[str, list[str]]]:
    """Read values (float32, NaN for unknown), steps and colours back. Raises ValueError when `body` is none."""
    if body[:4] != FRAMES:
        raise ValueError("not a frames binary")
    length = struct.unpack_from("<I", body, 4)[0]
    head = json.loads(body[8 : 8 + length])
    raw = np.frombuffer(body, f"<{head['type']}", offset=8 + length).reshape(head["frames"], head["cells"])
    values = np.where(raw == UNKNOWN, np.nan, raw) if head["type"] == "u2" else raw
    return values.astype("<f4"), head["steps"], head["colors"]


def _counts(counts: np.ndarray | None, size: int) -> np.ndarray:
    if counts is None:
        return np.full(size, NONE, dtype="<u4")
    exact = np.asarray(counts, dtype=np.float64)
    known = np.isfinite(exact) & (exact >= 0) & (exact < NONE)
    return np.where(known, np.rint(np.where(known, exact, 0)), NONE).astype("<u4")
