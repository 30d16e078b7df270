"""One YAML file says what the bags hold and how to learn from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any, get_type_hints

import yaml

from ..errors import TrainingError
from .check import check
from .old_names import renamed
from .settings import Axis, Config


def load_config(path: Path, changes: Sequence[str] = ()) -> Config:
    """@param path the file, or a robot's folder: its training.yaml, with the robot.yaml beside it. @param changes settings to have in place of the file's, as `schedule.steps=2000`; values are YAML"""
    folder = path if path.is_dir() else None
    path = path / "training.yaml" if folder else path
    try:
        tree = yaml.safe_load(path.read_text())
    except OSError as error:
        raise TrainingError("RH-CONFIG-READ", f"cannot read {path}: {error.strerror}", "give an existing file to --config") from error
    except yaml.YAMLError as error:
        raise TrainingError("RH-CONFIG-SYNTAX", f"{path} is not YAML: {error}", "correct the file") from error
    tree = renamed(tree or {})
    for change in changes:
        tree = _changed(tree, change)
    config = build(Config, tree, str(path))
    check(config, path)
    return _of_robot(config, folder) if folder else config


def _of_robot(config: Config, folder: Path) -> Config:
    file = folder / "robot.yaml"
    return config if config.robot.file or not file.exists() else replace(config, robot=replace(config.robot, file=str(file)))


def _changed(tree: Any, change: str) -> Any:
    """The tree with one setting put, under mappings that are made where there are none."""
    name, equals, text = change.partition("=")
    keys = name.split(".")
    if not equals or not all(keys):
        raise TrainingError("RH-CONFIG-CHANGE", f"{change!r} changes no setting", "write name=value, e.g. schedule.steps=2000")
    try:
        value = yaml.safe_load(text) if text else ""
    except yaml.YAMLError as error:
        raise TrainingError("RH-CONFIG-CHANGE", f"the value of {change!r} is not YAML: {error}", "write e.g. schedule.targets='[1, 2]'") from error
    for key in reversed(keys):
        value = {key: value}
    return _merged(tree, renamed(value))


def _merged(under: Any, over: Any) -> Any:
    if not isinstance(under, dict) or not isinstance(over, dict):
        return over
    return {**under, **{key: _merged(under.get(key), value) for key, value in over.items()}}


def build(kind: type, tree: Any, where: str) -> Any:
    if not isinstance(tree, dict):
        raise TrainingError("RH-CONFIG-VALUE", f"{where} should be a mapping, it is {tree!r}", "see training/configs/rooms.yaml")
    hints = get_type_hints(kind)
    known = {f.name for f in fields(kind)}
    for key in tree:
        if key not in known:
            raise TrainingError("RH-CONFIG-KEY", f"{where} has no setting `{key}`", f"known here: {', '.join(sorted(known))}")
    return kind(**{key: _value(hints[key], value, f"{where}: {key}") for key, value in tree.items()})


def _value(hint: Any, value: Any, where: str) -> Any:
    if is_dataclass(hint):
        return build(hint, value, where)
    if hint == tuple[Axis, ...]:
        return tuple(build(Axis, axis, f"{where}[{i}]") for i, axis in enumerate(value or []))
    if getattr(hint, "__origin__", None) is dict:
        if not isinstance(value, dict):
            raise TrainingError("RH-CONFIG-VALUE", f"{where} should be a mapping, it is {value!r}", "write it as { name: value }")
        return {str(name): _value(hint.__args__[1], number, f"{where}: {name}") for name, number in value.items()}
    if getattr(hint, "__origin__", None) is tuple:
        kind = hint.__args__[0]
        if not isinstance(value, list):
            raise TrainingError("RH-CONFIG-VALUE", f"{where} should be a list, it is {value!r}", "write it as [a, b]")
        return tuple(_value(kind, v, where) for v in value)
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if not isinstance(value, hint) or (isinstance(value, bool) and hint is not bool):
        raise TrainingError("RH-CONFIG-VALUE", f"{where} should be {hint.__name__}, it is {value!r}", "correct the value")
    return value
