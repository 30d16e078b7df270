"""Settings that had other names before: still read, with a word about it, until the next release."""

from __future__ import annotations

from typing import Any

from ..log import log

# Where -> old name -> new one.
KEYS: dict[str, dict[str, str]] = {
    "": {"sight": "encoder_fine_tune", "half_weights": "fp16_weights"},
    "model": {"waves": "fourier_features", "driven": "actuated_body", "things": "particles"},
}
VALUES: dict[tuple[str, str], dict[str, str]] = {("model", "predictor"): {"bodies": "object_centric"}}


def renamed(tree: Any, where: str = "", warn: bool = True) -> Any:
    """The tree with today's names; of a setting that is there by both, today's counts."""
    if not isinstance(tree, dict):
        return tree
    result: dict[str, Any] = {}
    for key, value in tree.items():
        name = KEYS.get(where, {}).get(key, key)
        if name != key:
            if warn:
                log(f"settings {_path(where, key)} is now called {_path(where, name)}; the old name will go with the next release")
            if name in tree:
                continue
        now = VALUES.get((where, name), {}).get(value, value) if isinstance(value, str) else value
        if now != value and warn:
            log(f"settings {_path(where, name)}: {value} is now called {now}; the old name will go with the next release")
        result[name] = renamed(now, name if where == "" else f"{where}.{name}", warn)
    return result


def _path(where: str, name: str) -> str:
    return f"{where}.{name}" if where else name
