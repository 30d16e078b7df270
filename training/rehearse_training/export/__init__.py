"""ONNX graphs of the trained networks, golden vectors, the manifest."""
