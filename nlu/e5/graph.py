"""Builds the ONNX graph of the encoder from the weight file; the 4-bit blocks are taken over as they are.

Input ``embeddings``: float32 (1, length, 384), word plus position embeddings before the first layer norm. Input
``mask``: float32 (1, 1, length, length), added to the attention scores; minus a large number keeps position j out
of sight of position i, so that several texts can be laid one after the other. Output ``hidden``: float32
(1, length, 384).

ONNX Runtime's ``MatMulNBits`` computes on the same blocks as the weight file (4 bits, 32 weights, zero point 8, one
scale), but wants neighbouring weights in one byte, where the file puts weight i with weight i + 16.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from nlu.e5.weights import BLOCK_SIZE, Weights

_MICROSOFT = "com.microsoft"
# 4 quantises the activations of each block to 8 bits, 0 keeps them in float32. Measured in docs/nlu-encoder.md.
_ACCURACY_LEVEL = 4


def build(weights: Weights) -> bytes:
    """Return the serialised ONNX model, about 13 MB, the same bytes for the same weights."""
    return GraphBuilder(weights).build()


def repack(nibbles: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Turn the file's order of nibbles, (..., 16) bytes a block, into that of ``MatMulNBits``."""
    values = np.concatenate([nibbles & 15, nibbles >> 4], axis=-1)
    return values[..., 0::2] | (values[..., 1::2] << 4)


class GraphBuilder:
    """Builds one model. ``product`` may be overridden to compare other ways of multiplying."""

    def __init__(self, weights: Weights, accuracy_level: int = _ACCURACY_LEVEL) -> None:
        self.weights = weights
        self.accuracy_level = accuracy_level
        self._nodes: list[onnx.NodeProto] = []
        self._constants: list[onnx.TensorProto] = []

    def build(self) -> bytes:
        """Return the serialised model. To be called once."""
        shape = self.weights.shape
        state = self.node(
            "LayerNormalization",
            ["embeddings", self.floats("emb.ln.w"), self.floats("emb.ln.b")],
            ["embedded"],
            domain="",
            epsilon=shape.epsilon,
        )
        self.constant("thirds", np.full(3, shape.hidden, np.int64))
        for layer in range(shape.layers):
            state = self._layer(f"l{layer}.", state)
        self.node("Identity", [state], ["hidden"], domain="")
        float_tensor = helper.make_tensor_value_info
        graph = helper.make_graph(
            self._nodes,
            "multilingual-e5-small",
            [
                float_tensor("embeddings", TensorProto.FLOAT, [1, "length", shape.hidden]),
                float_tensor("mask", TensorProto.FLOAT, [1, 1, "length", "length"]),
            ],
            [float_tensor("hidden", TensorProto.FLOAT, [1, "length", shape.hidden])],
            self._constants,
        )
        opsets = [helper.make_opsetid("", 17), helper.make_opsetid(_MICROSOFT, 1)]
        serialised: bytes = helper.make_model(graph, opset_imports=opsets, ir_version=9).SerializeToString()
        return serialised

    def _layer(self, layer: str, state: str) -> str:
        """Add one transformer layer, normalised after each half as in BERT (Devlin et al. 2019)."""
        shape = self.weights.shape
        names = [layer + part for part in ("q", "k", "v")]
        mixed = self._product_of(state, names, layer + "qkv", shape.hidden)
        parts = [name + ".part" for name in names]
        self.node("Split", [mixed, "thirds"], parts, domain="", axis=-1)
        attention = self.node(
            "MultiHeadAttention", [*parts, "", "", "mask"], [layer + "attention"], num_heads=shape.heads
        )
        attended = self._product_of(attention, [layer + "ao"], layer + "attended", shape.hidden)
        state = self._add_and_normalise(attended, state, layer + "aln")
        inner = self._product_of(state, [layer + "fi"], layer + "inner", shape.hidden)
        active = self.node("Gelu", [inner], [layer + "gelu"])
        outer = self._product_of(active, [layer + "fo"], layer + "outer", shape.feed_forward)
        return self._add_and_normalise(outer, state, layer + "oln")

    def _product_of(self, state: str, names: list[str], result: str, inputs: int) -> str:
        """Multiply by the matrices ``names`` side by side, and add their biases."""
        blocks = np.concatenate([self.weights.blocks(name + ".w", inputs) for name in names])
        bias = np.concatenate([self.weights.floats(name + ".b") for name in names])
        return self.product(state, result, blocks, bias)

    def product(self, state: str, name: str, blocks: NDArray[np.void], bias: NDArray[np.float32]) -> str:
        """Add ``state`` times the transposed matrix in ``blocks`` (outputs, inputs / 32), plus ``bias``."""
        packed = self.constant(name + ".nibbles", repack(blocks["nibbles"]))
        scales = self.constant(name + ".scales", blocks["scale"].astype(np.float32).reshape(-1))
        return self.node(
            "MatMulNBits",
            [state, packed, scales, "", "", self.constant(name + ".bias", bias)],
            [name],
            K=blocks.shape[1] * BLOCK_SIZE,
            N=blocks.shape[0],
            bits=4,
            block_size=BLOCK_SIZE,
            accuracy_level=self.accuracy_level,
        )

    def _add_and_normalise(self, update: str, state: str, norm: str) -> str:
        return self.node(
            "SkipLayerNormalization",
            [update, state, self.floats(norm + ".w"), self.floats(norm + ".b")],
            [norm],
            epsilon=self.weights.shape.epsilon,
        )

    def floats(self, name: str) -> str:
        """Add the float32 tensor ``name`` of the weight file as a constant."""
        return self.constant(name, self.weights.floats(name))

    def constant(self, name: str, array: NDArray[Any]) -> str:
        """Add a constant and return its name."""
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def node(
        self,
        operator: str,
        inputs: list[str],
        outputs: list[str],
        domain: str = _MICROSOFT,
        **attributes: Any,
    ) -> str:
        """Add an operation and return the name of its first output."""
        self._nodes.append(helper.make_node(operator, inputs, outputs, domain=domain, **attributes))
        return outputs[0]
