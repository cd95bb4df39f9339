"""Other ways to run the E5 weights on ONNX Runtime, for comparison with the one in ``nlu/e5/graph.py``."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from nlu.e5.graph import GraphBuilder
from nlu.e5.weights import Weights, dequantise


class Float32(GraphBuilder):
    """All weights as float32: 85 MB of matrices."""

    def product(self, state: str, name: str, blocks: NDArray[np.void], bias: NDArray[np.float32]) -> str:
        """Add a plain matrix product."""
        matrix = self.constant(name + ".matrix", dequantise(blocks).T)
        result = self.node("MatMul", [state, matrix], [name + ".product"], domain="")
        return self.node("Add", [result, self.constant(name + ".bias", bias)], [name], domain="")


class Int8(GraphBuilder):
    """Weights rounded to 8 bits with one scale per output, activations with one scale per call."""

    def product(self, state: str, name: str, blocks: NDArray[np.void], bias: NDArray[np.float32]) -> str:
        """Add a product of 8-bit integers; the scales are found as the activations pass."""
        matrix = dequantise(blocks).T
        scales = np.abs(matrix).max(axis=0) / 127
        inputs = [
            state,
            self.constant(name + ".integers", np.round(matrix / scales).astype(np.int8)),
            self.constant(name + ".scales", scales.astype(np.float32)),
            self.constant(name + ".zeros", np.zeros(len(scales), np.int8)),
            self.constant(name + ".bias", bias),
        ]
        return self.node("DynamicQuantizeMatMul", inputs, [name])


VARIANTS: dict[str, Callable[[Weights], bytes]] = {
    "4 bits, activations float32": lambda weights: GraphBuilder(weights, accuracy_level=0).build(),
    "float32": lambda weights: Float32(weights).build(),
    "8 bits per column, activations 8 bits": lambda weights: Int8(weights).build(),
}
