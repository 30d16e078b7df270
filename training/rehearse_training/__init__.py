"""From bags to a model folder: a joint-embedding world model, its readouts, a cost to go, a decoder, and their ONNX graphs."""
