"""Builds the ONNX graph of the encoder from the weight file, without loss: the 4-bit blocks are taken over as they are.

Input ``embeddings`` float32 (batch, length, 384): word plus position embeddings, before the first layer norm.
Input ``lengths`` int32 (batch): how many rows of each item count. Output ``hidden`` float32 (batch, length, 384).

ONNX Runtime's ``MatMulNBits`` computes on the same blocks (4 bits, 32 weights, zero point 8, one scale) but wants
neighbouring weights in one byte, where the file has weight i and weight i + 16.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from nlu.e5.weights import BLOCK_SIZE, Weights

# Part of the cache key: raise it with every change to what is built.
BUILDER_VERSION = 1
# 4 lets ONNX Runtime quantise activations to 8 bits block by block; 0 computes in float32. See docs/nlu-encoder.md.
ACCURACY_LEVEL = 4
_MICROSOFT = "com.microsoft"


def build(weights: Weights, accuracy_level: int = ACCURACY_LEVEL) -> bytes:
    """Return the serialised ONNX model, about 13 MB, the same bytes for the same weights."""
    return _Builder(weights, accuracy_level).build()


def repack(nibbles: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Turn the file's order of the nibbles, (..., 16) bytes a block, into the order of ``MatMulNBits``."""
    values = np.concatenate([nibbles & 15, nibbles >> 4], axis=-1)
    return values[..., 0::2] | (values[..., 1::2] << 4)


class _Builder:
    def __init__(self, weights: Weights, accuracy_level: int) -> None:
        self._weights = weights
        self._shape = weights.shape
        self._accuracy_level = accuracy_level
        self._nodes: list[onnx.NodeProto] = []
        self._constants: list[onnx.TensorProto] = []

    def build(self) -> bytes:
        hidden = self._shape.hidden
        state = self._node(
            "LayerNormalization",
            ["embeddings", self._floats("emb.ln.w"), self._floats("emb.ln.b")],
            "embedded",
            axis=-1,
            epsilon=self._shape.epsilon,
        )
        for layer in range(self._shape.layers):
            state = self._layer(f"l{layer}.", state)
        self._node("Identity", [state], "hidden")
        graph = helper.make_graph(
            self._nodes,
            "multilingual-e5-small",
            [
                helper.make_tensor_value_info("embeddings", TensorProto.FLOAT, ["batch", "length", hidden]),
                helper.make_tensor_value_info("lengths", TensorProto.INT32, ["batch"]),
            ],
            [helper.make_tensor_value_info("hidden", TensorProto.FLOAT, ["batch", "length", hidden])],
            self._constants,
        )
        opsets = [helper.make_opsetid("", 17), helper.make_opsetid(_MICROSOFT, 1)]
        model = helper.make_model(graph, opset_imports=opsets, ir_version=9)
        serialised: bytes = model.SerializeToString()
        return serialised

    def _layer(self, prefix: str, state: str) -> str:
        """Add one transformer layer (Vaswani et al. 2017, normalised after each half as in BERT)."""
        shape = self._shape
        parts = [self._product(state, prefix + name, shape.hidden, bias=True) for name in ("q", "k", "v")]
        attention = self._node(
            "MultiHeadAttention",
            [*parts, "", "lengths"],
            prefix + "attention",
            domain=_MICROSOFT,
            num_heads=shape.heads,
        )
        attended = self._product(attention, prefix + "ao", shape.hidden)
        state = self._add_and_normalise(attended, state, prefix + "ao.b", prefix + "aln")
        inner = self._product(state, prefix + "fi", shape.hidden)
        active = self._node(
            "BiasGelu", [inner, self._floats(prefix + "fi.b")], prefix + "gelu", domain=_MICROSOFT
        )
        outer = self._product(active, prefix + "fo", shape.feed_forward)
        return self._add_and_normalise(outer, state, prefix + "fo.b", prefix + "oln")

    def _product(self, state: str, name: str, inputs: int, bias: bool = False) -> str:
        blocks = self._weights.blocks(name + ".w", inputs)
        packed = self._constant(name + ".w", repack(blocks["nibbles"]))
        scales = self._constant(name + ".scale", blocks["scale"].astype(np.float32).reshape(-1))
        return self._node(
            "MatMulNBits",
            [state, packed, scales, *(["", "", self._floats(name + ".b")] if bias else [])],
            name,
            domain=_MICROSOFT,
            K=inputs,
            N=blocks.shape[0],
            bits=4,
            block_size=BLOCK_SIZE,
            accuracy_level=self._accuracy_level,
        )

    def _add_and_normalise(self, update: str, state: str, bias: str, norm: str) -> str:
        scale, shift = self._floats(norm + ".w"), self._floats(norm + ".b")
        return self._node(
            "SkipLayerNormalization",
            [update, state, scale, shift, self._floats(bias)],
            norm,
            domain=_MICROSOFT,
            epsilon=self._shape.epsilon,
        )

    def _floats(self, name: str) -> str:
        return self._constant(name, self._weights.floats(name))

    def _constant(self, name: str, array: NDArray[np.generic]) -> str:
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def _node(
        self, operator: str, inputs: list[str], output: str, domain: str = "", **attributes: object
    ) -> str:
        self._nodes.append(helper.make_node(operator, inputs, [output], domain=domain, **attributes))
        return output
