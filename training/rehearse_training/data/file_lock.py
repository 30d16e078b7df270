"""One process at a time, where several trainings share a cache."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..log import log


@contextmanager
def file_lock(lock: Path) -> Iterator[None]:
    """Waits until no other process is in here with the same lock file; one that dies is out of it."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            log(f"waiting  for another training, which is making the same data ({lock})")
            fcntl.flock(stream, fcntl.LOCK_EX)
        yield
