"""Weights out of other people's checkpoints, without running anything of what they hold.

A checkpoint is a pickle, and a pickle may name any function to be called. Published world models are often pickled as whole modules
(DINO-WM always, LeWM as `*_object.ckpt`), which `torch.load(weights_only=True)` refuses and which otherwise needs their source code.
Here only what builds tensors is let through; every other name becomes an inert stand-in that keeps what it is given. A module's weights
are then what lies in its `_parameters`, `_buffers` and `_modules`.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import torch
from torch import Tensor

from ..errors import TrainingError

_SAFE = {
    ("torch._utils", "_rebuild_tensor_v2"),
    ("torch._utils", "_rebuild_tensor"),
    ("torch._utils", "_rebuild_parameter"),
    ("torch._utils", "_rebuild_parameter_with_state"),
    ("torch.nn.parameter", "Parameter"),
    ("torch", "Size"),
    ("torch", "device"),
    ("collections", "OrderedDict"),
    ("builtins", "set"),
    ("__builtin__", "set"),
}
_DTYPES = {name for name in dir(torch) if isinstance(getattr(torch, name), torch.dtype)}


class _StandIn:
    """An object of a class, or the result of a function, that is not loaded. Keeps its state; does nothing."""

    def __new__(cls, *args: Any, **kwargs: Any) -> _StandIn:
        return super().__new__(cls)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        pass

    def __setstate__(self, state: Any) -> None:
        if isinstance(state, dict):
            self.__dict__.update(state)

    def __call__(self, *args: Any, **kwargs: Any) -> _StandIn:
        return self

    def __setitem__(self, key: Any, value: Any) -> None: ...
    def append(self, value: Any) -> None: ...
    def extend(self, values: Any) -> None: ...
    def add(self, value: Any) -> None: ...


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in _SAFE or (module == "torch" and (name in _DTYPES or name.endswith("Storage"))):
            return super().find_class(module, name)
        return type(name.rpartition(".")[2], (_StandIn,), {"__module__": module})


def load_checkpoint(path: Path) -> Any:
    """What the checkpoint holds: mappings, tensors, and stand-ins for everything else.

    @throws TrainingError RH-FOREIGN-CHECKPOINT
    """
    reader = SimpleNamespace(Unpickler=_Unpickler, load=lambda file, **_: _Unpickler(file).load(), __name__="rehearse_training.foreign.checkpoint")
    try:
        return torch.load(path, map_location="cpu", pickle_module=reader, weights_only=False)
    except OSError as error:
        raise TrainingError("RH-FOREIGN-CHECKPOINT", f"{path} cannot be read: {error.strerror or error}", "give the path of a checkpoint file") from error
    except Exception as error:  # whatever a damaged pickle or archive makes of itself
        raise TrainingError("RH-FOREIGN-CHECKPOINT", f"{path} is no PyTorch checkpoint: {error}", "give a file that torch.save wrote, whole") from error


def weights_of(item: Any) -> dict[str, Tensor] | None:
    """The state dict of a module that was pickled whole, or `item` itself where it is one; None where it is neither."""
    if isinstance(item, _StandIn):
        if not isinstance(item.__dict__.get("_modules"), dict):
            return None
        return dict(_own_weights(item))
    if isinstance(item, Mapping) and item and all(isinstance(value, Tensor) for value in item.values()):
        return {str(name): value.detach() for name, value in item.items()}
    return None


def _own_weights(module: _StandIn, prefix: str = "") -> Iterator[tuple[str, Tensor]]:
    fields = module.__dict__
    transient = fields.get("_non_persistent_buffers_set") or set()
    for group in ("_parameters", "_buffers"):
        for name, value in (fields.get(group) or {}).items():
            if isinstance(value, Tensor) and name not in transient:
                yield prefix + name, value.detach()
    for name, child in (fields.get("_modules") or {}).items():
        if isinstance(child, _StandIn):
            yield from _own_weights(child, f"{prefix}{name}.")


def load_strictly(module: torch.nn.Module, weights: dict[str, Tensor], what: str) -> None:
    """@throws TrainingError RH-FOREIGN-WEIGHTS: every name and size must be exactly the module's"""
    try:
        module.load_state_dict({name: value.float() if value.is_floating_point() else value for name, value in weights.items()}, strict=True)
    except RuntimeError as error:
        raise TrainingError(
            "RH-FOREIGN-WEIGHTS",
            f"{what}: the checkpoint's weights are not those of the published model: {' '.join(str(error).split())[:600]}",
            "give a checkpoint of the model that the command names, with the configuration that it was trained with",
        ) from error
    module.eval().requires_grad_(False)


def weight(weights: dict[str, Tensor], name: str, what: str) -> Tensor:
    """@throws TrainingError RH-FOREIGN-WEIGHTS"""
    if name not in weights:
        raise TrainingError("RH-FOREIGN-WEIGHTS", f"{what} has no weight {name}", "give a checkpoint of the model that the command names")
    return weights[name]


def below(weights: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): value for name, value in weights.items() if name.startswith(prefix)}
