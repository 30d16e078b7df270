"""The encodings of pictures that are understood: the same table as the runtime's (`src/messages`), after sensor_msgs/image_encodings.hpp."""

from __future__ import annotations

import numpy as np

from ..errors import TrainingError

# Bytes of a pixel, and where red, green and blue are within it. OpenCV, from which names like 8UC3 come, has blue first.
ENCODINGS: dict[str, tuple[int, tuple[int, int, int]]] = {
    "rgb8": (3, (0, 1, 2)),
    "bgr8": (3, (2, 1, 0)),
    "rgba8": (4, (0, 1, 2)),
    "bgra8": (4, (2, 1, 0)),
    "mono8": (1, (0, 0, 0)),
    "8UC1": (1, (0, 0, 0)),
    "8UC3": (3, (2, 1, 0)),
    "8UC4": (4, (2, 1, 0)),
}


def to_rgb(encoding: str, width: int, height: int, step: int, data: np.ndarray) -> np.ndarray:
    """
    data uint8 [bytes], rows of `step` bytes each -> uint8 [height, width, (red, green, blue)]; rgb8 as a view. The last row may lack its padding.
    @throws TrainingError RH-IMAGE-ENCODING, RH-IMAGE-SIZE
    """
    if encoding not in ENCODINGS:
        raise TrainingError("RH-IMAGE-ENCODING", f"encoding {encoding!r} is not known", f"record one of {', '.join(ENCODINGS)}; image_proc or a setting of the driver can convert")
    pixel, channels = ENCODINGS[encoding]
    row = width * pixel
    if width == 0 or height == 0 or step < row or len(data) < step * (height - 1) + row:
        raise TrainingError(
            "RH-IMAGE-SIZE",
            f"{width}×{height} {encoding} in rows of {step} bytes, but {len(data)} bytes in all",
            "the driver fills width, height, step or data wrongly; step is the number of bytes from one row to the next",
        )
    if len(data) < step * height:
        data = np.concatenate([data, np.zeros(step * height - len(data), dtype=np.uint8)])
    pixels = data[: step * height].reshape(height, step)[:, :row].reshape(height, width, pixel)
    return pixels if encoding == "rgb8" else pixels[..., channels]
