"""Bags as they lie on the disk: which files belong together, and the messages of one file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml
from mcap.exceptions import McapError
from mcap.reader import make_reader

from ..errors import TrainingError

MAGIC = b"\x89MCAP0\r\n"


@dataclass(frozen=True)
class Bag:
    """What was given as one argument: a file, or a rosbag2 folder."""

    path: Path
    # Each a recording of its own. With a metadata.yaml all files are one, split as they grew; in a folder without, each file is one.
    recordings: tuple[tuple[Path, ...], ...]

    @property
    def files(self) -> list[Path]:
        return [file for recording in self.recordings for file in recording]


def bags_of(paths: list[Path]) -> list[Bag]:
    """@throws TrainingError RH-BAG-MISSING"""
    bags = [_bag(path) for path in paths]
    for file in files_of(bags):
        if not file.exists():
            raise TrainingError("RH-BAG-MISSING", f"{file} is listed in metadata.yaml but not there", "copy the whole folder of the bag")
    return bags


def files_of(bags: list[Bag]) -> list[Path]:
    return [file for bag in bags for file in bag.files]


def _bag(path: Path) -> Bag:
    if path.is_file():
        return Bag(path, ((path,),))
    if not path.is_dir():
        raise TrainingError("RH-BAG-MISSING", f"no bag at {path}", "give a rosbag2 folder or an .mcap file; `rehearse collect` makes one")
    metadata = path / "metadata.yaml"
    if metadata.exists():
        listed = (yaml.safe_load(metadata.read_text()) or {}).get("rosbag2_bagfile_information", {}).get("relative_file_paths", [])
        recordings = (tuple(path / name for name in listed),)
    else:
        recordings = tuple((file,) for file in sorted(path.glob("*.mcap")))
    if not any(recordings):
        raise TrainingError("RH-BAG-MISSING", f"{path} lists no bag files", "give a rosbag2 folder whose storage is MCAP")
    return Bag(path, recordings)


def bags_hash(files: list[Path]) -> str:
    """SHA-256 over the names and contents of the files."""
    total = hashlib.sha256()
    for file in files:
        with file.open("rb") as stream:
            total.update(f"{file.name} {hashlib.file_digest(stream, 'sha256').hexdigest()}\n".encode())
    return total.hexdigest()


def messages_of(file: Path, topics: list[str]) -> Iterator[tuple[str, str, int, bytes]]:
    """Topic, type, log time and bytes of every message on the topics, in the order of the file."""
    size = file.stat().st_size
    if size == 0:  # opened by a recorder that ended there: the next file of a split bag, before anything was written
        return
    with file.open("rb") as stream:
        if stream.read(len(MAGIC)) != MAGIC:
            raise TrainingError("RH-BAG-FORMAT", f"{file} is not an MCAP file", "record with `ros2 bag record --storage mcap`, or convert with `ros2 bag convert`")
        stream.seek(max(0, size - len(MAGIC)))
        if size < 2 * len(MAGIC) or stream.read() != MAGIC:
            raise TrainingError("RH-BAG-TRUNCATED", f"{file} breaks off: its end is missing", "copy it again, or repair it with `mcap recover`")
        stream.seek(0)
        try:
            for schema, channel, message in make_reader(stream).iter_messages(topics=topics, log_time_order=False):
                if channel.message_encoding != "cdr":
                    raise TrainingError("RH-BAG-ENCODING", f"{file}: {channel.topic} is encoded as {channel.message_encoding!r}", "record it from ROS 2, encoding cdr")
                yield channel.topic, schema.name if schema else "", message.log_time, message.data
        except TrainingError:
            raise
        except (McapError, EOFError, ValueError) as error:
            raise TrainingError("RH-BAG-DAMAGED", f"{file} is damaged: {error or type(error).__name__}", "copy it again, or repair it with `mcap recover`") from error
        except Exception as error:
            if "zstd" in type(error).__name__.lower() or "struct" in type(error).__module__:
                raise TrainingError("RH-BAG-DAMAGED", f"{file} is damaged: {error}", "copy it again, or repair it with `mcap recover`") from error
            raise


def topics_in(files: list[Path]) -> list[str]:
    """Names of all topics that the files have messages on, for people to choose from."""
    found: set[str] = set()
    for file in files:
        if file.stat().st_size == 0:
            continue
        with file.open("rb") as stream:
            found |= {channel.topic for _, channel, _ in make_reader(stream).iter_messages()}
    return sorted(found)
