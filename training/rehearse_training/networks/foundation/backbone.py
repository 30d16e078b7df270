"""A published vision model as a frozen function from a camera's bytes to features: loaded from disk, its preprocessing inside."""

from __future__ import annotations

import hashlib
import importlib
import json
import os
from functools import lru_cache
from pathlib import Path
from types import ModuleType
from typing import Any

import torch
from torch import Tensor, nn

from ...config import FrozenEncoder, ImageFormat
from ...errors import TrainingError
from ..pictures import IMAGENET, Pictures, Resize

INSTALL = "install them: ./rehearse python -m pip install --no-deps -r training/requirements-foundation.txt"


class Backbone(nn.Module):
    """image uint8 [B, height, width, 3] -> features [B, tokens, channels]: those of the patches, row by row, or one token for all of the picture"""

    def __init__(self, tokens_of: nn.Module, pictures: Pictures, prefix: int, grid: int, channels: int, settings: FrozenEncoder, cells: int):
        """@param prefix class and register tokens before the patches' @param cells: `patches` are averaged to so many a side"""
        super().__init__()
        self.tokens_of, self.pictures = tokens_of, pictures
        self.prefix, self.grid, self.channels = prefix, grid, channels
        self.pooling, self.cells = settings.pooling, cells
        self.tokens = cells**2 if settings.pooling == "patches" else 1
        self.eval().requires_grad_(False)

    def forward(self, image: Tensor) -> Tensor:
        tokens = self.tokens_of(self.pictures(image))
        if self.pooling == "cls":
            return tokens[:, :1]
        patches = tokens[:, self.prefix :]
        if self.pooling == "mean":
            return patches.mean(dim=1, keepdim=True)
        if self.cells == self.grid:
            return patches
        step = self.grid // self.cells
        blocks = patches.reshape(-1, self.cells, step, self.cells, step, self.channels)
        return blocks.mean(dim=(2, 4)).flatten(1, 2)

    def identity(self) -> str:
        """Of weights and preprocessing: what its features depend on."""
        digest = hashlib.sha256(repr((self.pooling, self.cells, self.prefix)).encode())
        tensors = {**self.state_dict(), "rows": self.pictures.rows, "columns": self.pictures.columns, "scale": self.pictures.scale, "offset": self.pictures.offset}
        for name in sorted(tensors):
            digest.update(name.encode() + tensors[name].contiguous().numpy().tobytes())
        return digest.hexdigest()


@lru_cache(maxsize=1)
def load_backbone(settings: FrozenEncoder, image: ImageFormat, cells: int) -> Backbone:
    """
    Nothing is downloaded: weights are those of `settings.weights`, or of the hub's cache on this machine.

    @throws TrainingError RH-FOUNDATION-PACKAGE, -WEIGHTS, -MODEL
    """
    tokens_of, defaults, prefix, patch = {"timm": _timm, "transformers": _transformers}[settings.kind](settings)
    side = settings.side or defaults["side"]
    if patch and side % patch:
        raise _model(settings, f"its patches are {patch} pixels wide, encoder.side is {side}", f"give a multiple of {patch}")
    pictures = Pictures(image.width, image.height, [Resize(side, defaults["mode"])], (defaults["mean"], defaults["std"]))
    pin_positions(tokens_of, side)
    with torch.no_grad():
        tokens = tokens_of(torch.zeros(1, 3, side, side))
    count = tokens.shape[1]
    grid = side // patch if patch else round((count - (prefix or 0)) ** 0.5)
    prefix = count - grid**2 if prefix is None else prefix
    if prefix < 0 or prefix + grid**2 != count:
        raise _model(settings, f"it gives {count} tokens for {side} pixels, of which no square are its patches'", "choose a model with square patches")
    if settings.pooling == "cls" and prefix == 0:
        raise _model(settings, "it has no class token", "set encoder.pooling to mean or patches")
    if settings.pooling == "patches" and grid % cells:
        raise _model(settings, f"its {grid} × {grid} patches cannot be averaged to {cells} × {cells} (model.cells)", f"set model.cells to a divisor of {grid}")
    return Backbone(tokens_of, pictures, prefix, grid, tokens.shape[2], settings, cells)


class PinnedPositions(nn.Module):
    """In place of a method that interpolates position embeddings to the picture's size: what it gave for the one size that there is."""

    def __init__(self, value: Tensor):
        super().__init__()
        self.register_buffer("value", value, persistent=False)

    def forward(self, *_: Any, **__: Any) -> Tensor:
        return self.value


def pin_positions(tokens_of: nn.Module, side: int) -> None:
    """Interpolation is done once, here, by PyTorch: ONNX would do it for every picture, and not quite alike."""
    found: dict[nn.Module, Tensor] = {}
    for module in [m for m in tokens_of.modules() if callable(getattr(m, "interpolate_pos_encoding", None))]:

        def record(*args: Any, module: nn.Module = module, original: Any = module.interpolate_pos_encoding, **kwargs: Any) -> Tensor:
            found[module] = original(*args, **kwargs).detach()
            return found[module]

        module.interpolate_pos_encoding = record  # type: ignore[assignment]
    with torch.no_grad():
        tokens_of(torch.zeros(1, 3, side, side))
    for module, value in found.items():
        del module.interpolate_pos_encoding
        module.interpolate_pos_encoding = PinnedPositions(value.clone())


# --- timm ---------------------------------------------------------------------------------------------------------------------------------


class TimmTokens(nn.Module):
    """Pixels [B, 3, side, side] -> tokens [B, N, C]; of a convolutional network, one a cell of its last map."""

    def __init__(self, model: nn.Module, layer: int):
        super().__init__()
        self.model, self.layer = model, layer

    def forward(self, pixels: Tensor) -> Tensor:
        if self.layer == -1:
            features = self.model.forward_features(pixels)
            if features.ndim == 4:
                features = features.flatten(1, 2) if getattr(self.model, "output_fmt", "NCHW") == "NHWC" else features.flatten(2).transpose(1, 2)
            return features
        ((patches, prefix),) = self.model.forward_intermediates(
            pixels, indices=[self.layer], return_prefix_tokens=True, norm=True, output_fmt="NLC", intermediates_only=True
        )
        return torch.cat([prefix, patches], dim=1)


def _timm(settings: FrozenEncoder) -> tuple[nn.Module, dict[str, Any], int | None, int]:
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    timm = _package("timm")
    options: dict[str, Any] = {"pretrained": True, "num_classes": 0}
    if settings.side:
        options["img_size"] = settings.side
    if settings.weights:
        if not Path(settings.weights).exists():
            raise _weights(settings, f"{settings.weights} does not exist")
        options["pretrained_cfg_overlay"] = {"file": settings.weights}
    try:
        _package("timm.layers").set_fused_attn(False)  # fused attention cannot be exported
        if not timm.is_model(settings.name.split(".")[0]):
            raise _model(settings, "timm knows no model of that name", "choose one of timm.list_models()")
        model = timm.create_model(settings.name, **options)
    except TrainingError:
        raise
    except Exception as error:  # timm and the hub raise whatever their layers raise
        raise _weights(settings, f"{type(error).__name__}: {' '.join(str(error).split())[:300]}") from error
    data = timm.data.resolve_model_data_config(model)
    patch = getattr(getattr(model, "patch_embed", None), "patch_size", 0)
    defaults = {"mean": tuple(data["mean"]), "std": tuple(data["std"]), "side": int(data["input_size"][-1]), "mode": _mode(data.get("interpolation"))}
    return TimmTokens(model.eval(), settings.layer), defaults, int(getattr(model, "num_prefix_tokens", 0)), int(patch[0] if isinstance(patch, (tuple, list)) else patch)


# --- transformers -----------------------------------------------------------------------------------------------------------------------------


class TransformersTokens(nn.Module):
    """Pixels [B, 3, side, side] -> the tokens of a layer [B, N, C], the last one's after its normalisation. A video model is shown a still."""

    def __init__(self, model: nn.Module, layer: int):
        super().__init__()
        self.model, self.layer = model, layer
        self.frames = int(getattr(model.config, "tubelet_size", 0))  # of a video model: pictures that one token spans
        names = model.forward.__code__.co_varnames if hasattr(model.forward, "__code__") else ()
        self.options = {"interpolate_pos_encoding": True} if "interpolate_pos_encoding" in names or _accepts(model, "interpolate_pos_encoding") else {}

    def forward(self, pixels: Tensor) -> Tensor:
        options = {"output_hidden_states": True} if self.layer != -1 else {}
        if self.frames:
            still = pixels.unsqueeze(1).expand(-1, self.frames, -1, -1, -1)
            found = self.model(pixel_values_videos=still, skip_predictor=True, **options)
        else:
            found = self.model(pixel_values=pixels, **self.options, **options)
        return found.last_hidden_state if self.layer == -1 else found.hidden_states[self.layer]


def _accepts(model: nn.Module, name: str) -> bool:
    import inspect

    return name in inspect.signature(model.forward).parameters


def _transformers(settings: FrozenEncoder) -> tuple[nn.Module, dict[str, Any], int | None, int]:
    transformers = _package("transformers")
    source = settings.weights or settings.name
    try:
        model = transformers.AutoModel.from_pretrained(source, local_files_only=True, attn_implementation="eager")
    except Exception as error:  # OSError, ValueError and the hub's own
        raise _weights(settings, f"{type(error).__name__}: {' '.join(str(error).split())[:300]}") from error
    model = getattr(model, "vision_model", model).eval()
    config = model.config
    patch = getattr(config, "patch_size", 0)
    processor = _processor(transformers, source)
    crop = processor.get("crop_size") or processor.get("size") or {}
    side = crop if isinstance(crop, int) else crop.get("height") or crop.get("shortest_edge") or getattr(config, "image_size", None) or getattr(config, "crop_size", 224)
    mean, std = (tuple(processor.get(key) or IMAGENET[i]) for i, key in enumerate(("image_mean", "image_std")))
    defaults = {"mean": mean, "std": std, "side": int(side), "mode": "bicubic" if processor.get("resample") == 3 else "bilinear"}
    return TransformersTokens(model, settings.layer), defaults, None, int(patch[0] if isinstance(patch, (tuple, list)) else patch)


def _processor(transformers: ModuleType, source: str) -> dict[str, Any]:
    """preprocessor_config.json, where there is one: the model's mean, deviation and size."""
    try:
        path = Path(source) / "preprocessor_config.json"
        if not Path(source).is_dir():
            path = Path(transformers.utils.cached_file(source, "preprocessor_config.json", local_files_only=True))
        return json.loads(path.read_text())
    except Exception:  # none: ImageNet's
        return {}


# --- both -------------------------------------------------------------------------------------------------------------------------------------


def _mode(interpolation: Any) -> str:
    return "bicubic" if interpolation == "bicubic" else "bilinear"


def _package(name: str) -> ModuleType:
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise TrainingError("RH-FOUNDATION-PACKAGE", f"frozen encoders need Python packages that are not installed: {error}", INSTALL) from error


def _model(settings: FrozenEncoder, what: str, fix: str) -> TrainingError:
    return TrainingError("RH-FOUNDATION-MODEL", f"encoder {settings.kind} {settings.name}: {what}", fix)


def _weights(settings: FrozenEncoder, what: str) -> TrainingError:
    return TrainingError(
        "RH-FOUNDATION-WEIGHTS",
        f"the weights of encoder {settings.kind} {settings.name} are not on this machine, or are not its own: {what}",
        "fetch them where there is a network (hf download NAME), and name the file or folder in encoder.weights",
    )
