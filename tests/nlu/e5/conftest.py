from __future__ import annotations

from pathlib import Path

import pytest

from nlu.e5.encoder import E5Encoder
from nlu.e5.weights import Weights, locate


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory):
    """Builds in a directory of its own, so that what an earlier version left behind cannot help."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NLU_CACHE_DIR", str(tmp_path_factory.mktemp("nlu-cache")))
        yield


@pytest.fixture(scope="session")
def weights(_own_cache: None) -> Weights:
    return Weights(locate())


@pytest.fixture(scope="session")
def encoder(weights: Weights) -> E5Encoder:
    return E5Encoder(weights, threads=2, remember=0)


@pytest.fixture(scope="session")
def dutch_texts() -> list[str]:
    lines = (Path(__file__).parent / "dutch_texts.txt").read_text("utf-8").splitlines()
    assert len(set(lines)) == 200
    return lines
