from __future__ import annotations

from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from onnx import TensorProto, helper

from nlu.e5 import graph
from nlu.e5.weights import BLOCK, Weights, dequantise


class OneProduct(graph.GraphBuilder):
    def run(self, state: NDArray[Any], blocks: NDArray[np.void], bias: NDArray[Any]) -> NDArray[Any]:
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


def test_a_product_has_exactly_the_weights_of_the_file(weights: Weights) -> None:
    blocks = np.zeros((64, 2), BLOCK)
    random = np.random.default_rng(7)
    blocks["scale"] = random.uniform(0.001, 0.1, blocks.shape).astype(np.float16)
    blocks["nibbles"] = random.integers(0, 256, (*blocks.shape, 16))
    bias = np.arange(64, dtype=np.float32)
    # a unit matrix as state lays the weights themselves bare
    result = OneProduct(weights, accuracy_level=0).run(np.eye(64, dtype=np.float32), blocks, bias)
    assert np.abs(result - bias - dequantise(blocks).T).max() < 1e-5


def test_the_same_weights_give_the_same_bytes(weights: Weights) -> None:
    assert graph.build(weights) == graph.build(weights)
