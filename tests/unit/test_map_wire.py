import struct

import numpy as np
import pytest

from components.map.wire import MAGIC, NONE, decode_values, encode_values


def test_layout_is_magic_count_values_numerators_denominators():
    body = encode_values(np.array([1.5, np.nan]), np.array([3, 0]), np.array([4, np.nan]))
    assert body[:4] == MAGIC
    assert struct.unpack_from("<I", body, 4) == (2,)
    assert struct.unpack_from("<f", body, 8) == (1.5,)
    assert struct.unpack_from("<4I", body, 16) == (3, 0, 4, NONE)
    assert len(body) == 8 + 2 * 12


def test_round_trip_keeps_unknown_apart_from_zero():
    values, n, m = decode_values(encode_values(np.array([0.0, np.nan, 7.25]), np.arange(3), np.arange(3) + 1))
    assert values[0] == 0 and np.isnan(values[1]) and values[2] == 7.25
    assert n.tolist() == [0, 1, 2] and m.tolist() == [1, 2, 3]


def test_a_metric_without_fraction_has_none():
    _, n, m = decode_values(encode_values(np.zeros(2)))
    assert n.tolist() == m.tolist() == [NONE, NONE]


def test_no_cells():
    assert [len(a) for a in decode_values(encode_values(np.empty(0)))] == [0, 0, 0]


def test_lengths_must_agree():
    with pytest.raises(ValueError, match="one length"):
        encode_values(np.zeros(2), np.zeros(3), np.zeros(2))


@pytest.mark.parametrize("body", [b"", b"JWC1\0\0\0\0", encode_values(np.zeros(3))[:-1]])
def test_other_bytes_are_refused(body):
    with pytest.raises(ValueError):
        decode_values(body)
