from __future__ import annotations

from typing import Any

import numpy as np
import onnxruntime
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper

from nlu.e5 import graph
from nlu.e5.weights import BLOCK, Weights, dequantise


class OneProduct(graph.GraphBuilder):
    def run(self, state: NDArray[Any], blocks: NDArray[np.void], bias: NDArray[Any] | None) -> NDArray[Any]:
        name = self.product("state", "result", blocks, bias)
        tensor = helper.make_tensor_value_info
        whole = helper.make_graph(
            self._nodes,
            "one product",
            [tensor("state", TensorProto.FLOAT, list(state.shape))],
            [tensor(name, TensorProto.FLOAT, None)],
            self._constants,
        )
        opsets = [helper.make_opsetid("", 17), helper.make_opsetid("com.microsoft", 1)]
        model = helper.make_model(whole, opset_imports=opsets, ir_version=9)
        session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
        return session.run([name], {"state": state})[0]


@pytest.mark.parametrize("with_bias", [False, True])
def test_a_product_has_exactly_the_weights_of_the_file(weights: Weights, with_bias: bool) -> None:
    blocks = np.zeros((64, 2), BLOCK)
    random = np.random.default_rng(7)
    blocks["scale"] = random.uniform(0.001, 0.1, blocks.shape).astype(np.float16)
    blocks["nibbles"] = random.integers(0, 256, (*blocks.shape, 16))
    bias = np.arange(64, dtype=np.float32) if with_bias else None
    # a unit matrix as state lays the weights themselves bare
    result = OneProduct(weights, accuracy_level=0).run(np.eye(64, dtype=np.float32), blocks, bias)
    expected = dequantise(blocks).T + (bias if bias is not None else 0)
    assert np.abs(result - expected).max() < 1e-6


def test_the_same_weights_give_the_same_bytes(weights: Weights) -> None:
    assert graph.build(weights) == graph.build(weights)
