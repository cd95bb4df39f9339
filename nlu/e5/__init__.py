"""multilingual-e5-small on a CPU: weight file, tokenizer, ONNX graph and encoder. See docs/nlu-encoder.md."""
