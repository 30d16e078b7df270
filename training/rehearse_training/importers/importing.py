"""Checkpoints of DINO-WM and LeWM to model folders."""

from __future__ import annotations

import hashlib
from dataclasses import fields
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from ..errors import TrainingError
from .checkpoint import load_checkpoint, weights_of
from .dino_wm import DinoWM, Settings
from .lewm import LeWM, published_names
from .settings import Imported, read_yaml

DINOV2_URL = "https://dl.fbaipublicfiles.com/dinov2"


def load_dino_wm(checkpoint: Path, config: Path | None, encoder: Path | None, decoder: bool, chosen: Imported) -> tuple[DinoWM, dict[str, Any]]:
    """
    @param config the hydra.yaml of its training; default: where its training leaves it, in the folder above that of the checkpoint
    @param encoder DINOv2's published weights; default: the checkpoint's own, or those in torch's hub folder
    @returns the model, and what it is, for the record
    @throws TrainingError RH-FOREIGN-CHECKPOINT, -CONFIG, -ENCODER, -WEIGHTS, RH-CONFIG-READ, -SYNTAX
    """
    payload = load_checkpoint(checkpoint)
    config = config or checkpoint.resolve().parent.parent / "hydra.yaml"
    tree = read_yaml(config, "--source-config")
    settings = _dino_wm_settings(tree, config, chosen)
    parts = {name: _module(payload, name, checkpoint) for name in ("predictor", "proprio_encoder", "action_encoder")}
    if decoder and not tree.get("decoder", {}).get("quantize", False):
        found = weights_of(payload.get("decoder"))
        if found:
            parts["decoder"] = _plain(found)
    name = str(tree["encoder"].get("name", ""))
    weights, origin = _dinov2(payload, name, encoder)
    model = DinoWM(parts, weights, settings)
    return model, {
        "model": "DINO-WM (gaoyuezhou/dino_wm, arXiv 2411.04983)",
        "checkpoint_sha256": _sha256(checkpoint),
        "epoch": payload.get("epoch") if isinstance(payload.get("epoch"), int) else None,
        "encoder": name,
        "encoder_weights": origin,
    }


def load_lewm(checkpoint: Path, config: Path | None, chosen: Imported) -> tuple[LeWM, dict[str, Any]]:
    """
    @param config config.json of the published weights, or config.yaml of a training; default: whichever lies beside the checkpoint
    @throws TrainingError RH-FOREIGN-CHECKPOINT, -CONFIG, -WEIGHTS, RH-CONFIG-READ, -SYNTAX
    """
    payload = load_checkpoint(checkpoint)
    if isinstance(payload, dict):
        payload = payload.get("state_dict", payload.get("model", payload))
    weights = weights_of(payload)
    if not weights:
        raise TrainingError("RH-FOREIGN-CHECKPOINT", f"{checkpoint} holds neither a state dict nor a module", "give weights.pt or *_object.ckpt")
    config = config or next((path for path in (checkpoint.parent / name for name in ("config.json", "config.yaml")) if path.exists()), None)
    heads = chosen.heads
    if config is not None and heads == 0:
        tree = read_yaml(config, "--source-config")
        tree = tree.get("model", tree)
        heads = tree.get("predictor", {}).get("heads", 0) if isinstance(tree.get("predictor"), dict) else 0
    if not isinstance(heads, int) or heads < 1:
        raise TrainingError(
            "RH-FOREIGN-CONFIG",
            f"how many heads the predictor has, {'no file says' if config is None else f'{config} does not say'}",
            "put config.json beside the checkpoint, name it with --source-config, or set `heads` in --config (the published models have 16)",
        )
    model = LeWM(published_names(weights), heads)
    return model, {"model": "LeWM (lucas-maes/le-wm, arXiv 2603.19312)", "checkpoint_sha256": _sha256(checkpoint)}


def _dino_wm_settings(tree: Any, path: Path, chosen: Imported) -> Settings:
    try:
        values = {f.name: tree[f.name] for f in fields(Settings) if f.name not in ("heads", "feature_key")}
        values |= {"heads": chosen.heads or tree["predictor"]["heads"], "feature_key": tree["encoder"]["feature_key"]}
    except (KeyError, TypeError) as error:
        raise TrainingError("RH-FOREIGN-CONFIG", f"{path} has no {error}", "give the hydra.yaml that its training wrote (--source-config)") from error
    settings = Settings(**values)
    for f in fields(Settings):
        if f.name != "feature_key" and not isinstance(getattr(settings, f.name), int):
            raise TrainingError("RH-FOREIGN-CONFIG", f"{path}: {f.name} is {getattr(settings, f.name)!r}, no whole number", "give the hydra.yaml that its training wrote")
    if settings.feature_key not in ("x_norm_patchtokens", "x_norm_clstoken") or settings.concat_dim not in (0, 1):
        raise TrainingError(
            "RH-FOREIGN-CONFIG",
            f"{path}: encoder.feature_key {settings.feature_key}, concat_dim {settings.concat_dim}",
            "known are x_norm_patchtokens and x_norm_clstoken, 0 and 1",
        )
    return settings


def _module(payload: Any, name: str, checkpoint: Path) -> dict[str, Tensor]:
    weights = weights_of(payload.get(name)) if isinstance(payload, dict) else None
    if not weights:
        raise TrainingError("RH-FOREIGN-CHECKPOINT", f"{checkpoint} holds no {name}", "give model_latest.pth or model_<epoch>.pth of a DINO-WM training with a predictor")
    return _plain(weights)


def _plain(weights: dict[str, Tensor]) -> dict[str, Tensor]:
    """Less what training on several devices puts before the names."""
    return {name.removeprefix("module."): value for name, value in weights.items()}


def _dinov2(payload: Any, name: str, given: Path | None) -> tuple[dict[str, Tensor], str]:
    if "dinov2" not in name:
        raise TrainingError("RH-FOREIGN-ENCODER", f"its encoder is {name!r}", "only DINO-WM with a DINOv2 encoder can be imported")
    own = weights_of(payload.get("encoder"))
    if given is None and own:
        return {key.removeprefix("base_model."): value for key, value in _plain(own).items()}, "the checkpoint's own"
    path = given or Path(torch.hub.get_dir()) / "checkpoints" / f"{name}_pretrain.pth"
    if not path.exists():
        base = name.removesuffix("_reg")
        raise TrainingError(
            "RH-FOREIGN-ENCODER",
            f"the weights of its frozen encoder {name} are not in the checkpoint, and {path} does not exist",
            f"download {DINOV2_URL}/{base}/{name.replace('_reg', '_reg4')}_pretrain.pth and name it with --encoder",
        )
    weights = weights_of(load_checkpoint(path))
    if not weights:
        raise TrainingError("RH-FOREIGN-ENCODER", f"{path} holds no state dict", f"give {name}_pretrain.pth")
    return weights, f"sha256 {_sha256(path)}"


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
