from __future__ import annotations

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pytest

from nlu.e5.encoder import E5Encoder
from nlu.e5.weights import Weights

PROJECT = Path(__file__).resolve().parents[3]
# Far more than any of these takes, so that only something that hangs is caught.
LIMIT = 120


def test_threads_get_the_vectors_that_one_thread_gets(encoder: E5Encoder, dutch_texts: list[str]) -> None:
    texts = dutch_texts[:24]
    expected = [encoder.encode([text])[0].sentence for text in texts]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda text: encoder.encode([text])[0].sentence, texts * 4, timeout=LIMIT))
    assert all(np.array_equal(left, right) for left, right in zip(found, expected * 4, strict=True))


def test_threads_may_start_on_a_new_encoder_together(weights: Weights) -> None:
    encoder = E5Encoder(weights)
    start = threading.Barrier(6)

    def first(_: int) -> np.ndarray:
        start.wait(LIMIT)
        return encoder.encode(["allemaal tegelijk"])[0].sentence

    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(first, range(6), timeout=LIMIT))
    assert all(np.array_equal(vector, found[0]) for vector in found)


def in_a_fork(encoder: E5Encoder, texts: list[str]) -> tuple[list[np.ndarray], int]:
    """Return the sentence vectors that a forked process finds for ``texts``, and how many threads it then has."""
    context = get_context("fork")
    receiver, sender = context.Pipe(duplex=False)

    def child() -> None:
        vectors = [encoding.sentence for encoding in encoder.encode(texts)]
        sender.send((vectors, len(list(Path("/proc/self/task").iterdir()))))

    process = context.Process(target=child)
    process.start()
    assert receiver.poll(LIMIT), "the forked process hangs"
    answer = receiver.recv()
    process.join(LIMIT)
    assert process.exitcode == 0
    return answer


def test_a_forked_process_goes_on(weights: Weights) -> None:
    encoder = E5Encoder(weights, threads=2, remember=0)
    texts = ["waar is mijn pakje", "ik wil een mens spreken"]
    before = [encoding.sentence for encoding in encoder.encode(texts)]
    vectors, threads = in_a_fork(encoder, texts)
    assert all(np.array_equal(*pair) for pair in zip(vectors, before, strict=True))
    # a session taken over from the parent has no threads but the one that forked
    assert threads >= 2
    # and so does the parent
    assert np.array_equal(encoder.encode(texts)[0].sentence, before[0])


def test_a_fork_while_another_thread_encodes_does_not_hang(weights: Weights) -> None:
    encoder = E5Encoder(weights, remember=0)
    busy, stop = threading.Event(), threading.Event()

    def keep_busy() -> None:
        while not stop.is_set():
            encoder.encode(["bezig"])
            busy.set()

    worker = threading.Thread(target=keep_busy)
    worker.start()
    try:
        assert busy.wait(LIMIT)
        for _ in range(3):
            assert len(in_a_fork(encoder, ["kind"])[0]) == 1
    finally:
        stop.set()
        worker.join(LIMIT)
    assert not worker.is_alive()


FORK_AND_EXIT = """
import os, sys
from nlu.e5.encoder import default_encoder
default_encoder().encode(["ouder"])
child = os.fork()
default_encoder().encode(["kind" if child == 0 else "ouder nog eens"])
if child:
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


def test_a_forked_process_also_ends_as_it_should() -> None:
    # Python's ordinary end runs destructors, and ONNX Runtime's waits for threads that a fork does not have
    done = subprocess.run([sys.executable, "-c", FORK_AND_EXIT], cwd=PROJECT, timeout=LIMIT)
    assert done.returncode == 0


FIRST_START = """
from nlu.e5.encoder import E5Encoder
print(E5Encoder().encode(["eerste start"])[0].sentence[:3].tolist())
"""


def test_processes_may_start_together_on_an_empty_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NLU_CACHE_DIR", str(tmp_path))
    started = [
        subprocess.Popen([sys.executable, "-c", FIRST_START], cwd=PROJECT, stdout=subprocess.PIPE)
        for _ in range(3)
    ]
    answers = {process.communicate(timeout=LIMIT)[0] for process in started}
    assert [process.returncode for process in started] == [0, 0, 0]
    assert len(answers) == 1
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".json", ".model"]


def test_a_damaged_graph_is_built_again(
    weights: Weights, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NLU_CACHE_DIR", str(tmp_path))
    expected = E5Encoder(weights).encode(["schade"])[0].sentence
    (kept,) = tmp_path.glob("*.model")
    content = bytearray(kept.read_bytes())
    content[len(content) // 2] ^= 0xFF
    kept.write_bytes(content)
    assert np.array_equal(E5Encoder(weights).encode(["schade"])[0].sentence, expected)
    assert kept.read_bytes() != bytes(content)
