"""CDR, as ROS 2 serialises messages: numbers, texts and arrays, read one after another. Arrays are views of the message's bytes."""

from __future__ import annotations

import struct

import numpy as np

from ..errors import TrainingError


class Cursor:
    """Reads OMG CDR (XCDR1): little or big endian by its 4-byte head; every primitive is aligned to its own size after the head."""

    def __init__(self, data: bytes):
        if len(data) < 4 or data[0] != 0 or data[1] not in (0, 1):
            raise ValueError("not plain CDR")
        self.data = memoryview(data)[4:]
        self.order = "<" if data[1] == 1 else ">"
        self.at = 0

    def numbers(self, kind: str, count: int = 1) -> tuple:
        size = struct.calcsize(kind)
        start = -(-self.at // size) * size
        self.at = start + size * count
        return struct.unpack_from(f"{self.order}{count}{kind}", self.data, start)

    def text(self) -> str:
        (length,) = self.numbers("I")
        raw = bytes(self.data[self.at : self.at + length])
        self.at += length
        return raw.rstrip(b"\0").decode()

    def array(self, kind: str, count: int) -> np.ndarray:
        size = struct.calcsize(kind)
        start = -(-self.at // size) * size if count else self.at
        self.at = start + size * count
        return np.frombuffer(self.data, dtype=f"{self.order}{kind}", count=count, offset=start)

    def stamp_ns(self) -> int:
        """std_msgs/Header: the stamp; the frame's name is passed over. @throws TrainingError RH-STAMP for what is no time of the ROS clock"""
        seconds, nanoseconds = self.numbers("i")[0], self.numbers("I")[0]
        self.text()
        if seconds < 0 or nanoseconds >= 1_000_000_000:
            raise TrainingError("RH-STAMP", f"a stamp of {seconds} s and {nanoseconds} ns is no time of the ROS clock", "what publishes it must fill sec from 0 up, and nanosec below 1000000000")
        return seconds * 1_000_000_000 + nanoseconds
