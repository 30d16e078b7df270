"""A frozen encoder's features of every picture, computed once and kept on disk."""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from ..data.episodes import Observations
from ..data.file_lock import file_lock
from ..log import log
from ..networks.foundation.backbone import Backbone

BATCH = 32


def with_features(observations: Observations, backbone: Backbone, name: str, cache: Path) -> Observations:
    """
    The observations with features, float16 [rows, tokens, channels], in place of pictures: memory-mapped from `cache`, under a name that is made of the
    data's hash, the model's name, its weights and its preprocessing. What was computed before, whole or in part, is not computed again.
    """
    key = hashlib.sha256("\n".join([observations.sha256, name, backbone.identity()]).encode()).hexdigest()[:16]
    data = cache / f"features-{key}.f16"
    shape = (len(observations.images), backbone.tokens, backbone.channels)
    with file_lock(data.with_suffix(".lock")):
        _fill(data, shape, observations, backbone, name)
    return replace(observations, images=np.memmap(data, dtype=np.float16, mode="r", shape=shape))


def _fill(data: Path, shape: tuple[int, int, int], observations: Observations, backbone: Backbone, name: str) -> None:
    rows = shape[0]
    progress = data.with_suffix(".json")
    done = json.loads(progress.read_text())["done"] if progress.exists() and data.exists() and data.stat().st_size == 2 * np.prod(shape) else 0
    features = np.memmap(data, dtype=np.float16, mode="r+" if done else "w+", shape=shape)
    begin, began, reported = done, time.perf_counter(), time.perf_counter()
    while done < rows:
        batch = torch.from_numpy(np.array(observations.images[done : done + BATCH]))
        with torch.no_grad():
            features[done : done + len(batch)] = backbone(batch).to(torch.float16).numpy()
        done += len(batch)
        now = time.perf_counter()
        if done == rows or now - reported > 20:
            reported = now
            features.flush()  # before it is said to be there
            part = progress.with_suffix(".part")
            part.write_text(json.dumps({"done": done, "rows": rows, "shape": shape[1:], "model": name}))
            part.replace(progress)
            rate = (done - begin) / (now - began)
            log(f"features {done}/{rows}  {rate:.0f} pictures/s  {(rows - done) / rate / 60:.1f} min left")
