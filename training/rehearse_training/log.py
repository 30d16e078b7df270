"""Progress on standard output, one line an event; the same lines go to a file beside the checkpoints when one is set."""

from __future__ import annotations

from pathlib import Path

_file: Path | None = None


def log_to(file: Path) -> None:
    global _file
    file.parent.mkdir(parents=True, exist_ok=True)
    _file = file


def log(line: str) -> None:
    print(line, flush=True)
    if _file is not None:
        with _file.open("a") as stream:
            stream.write(line + "\n")
