"""Stand-ins for timm and transformers: as much of their interface as frozen encoders use, around a vision transformer of a few numbers."""

from __future__ import annotations

import sys
import types

import torch
from torch import nn

PATCH, WIDTH, REGISTERS = 4, 5, 2


class TinyViT(nn.Module):
    """Pixels [B, 3, S, S] -> a class token, `REGISTERS` more, then the patches' tokens; positions are interpolated from a grid of 3 × 3."""

    def __init__(self, seed: int = 0):
        super().__init__()
        torch.manual_seed(seed)
        self.embed = nn.Conv2d(3, WIDTH, PATCH, stride=PATCH)
        self.first = nn.Parameter(torch.randn(1, 1 + REGISTERS, WIDTH))
        self.positions = nn.Parameter(torch.randn(1, WIDTH, 3, 3))
        self.mix = nn.Linear(WIDTH, WIDTH)

    def interpolate_pos_encoding(self, height: int, width: int) -> torch.Tensor:
        return nn.functional.interpolate(self.positions, size=(height, width), mode="bicubic").flatten(2).transpose(1, 2)

    def layers(self, pixels: torch.Tensor) -> list[torch.Tensor]:
        cells = self.embed(pixels)
        patches = cells.flatten(2).transpose(1, 2) + self.interpolate_pos_encoding(*cells.shape[2:])
        tokens = torch.cat([self.first.expand(len(pixels), -1, -1), patches], dim=1)
        return [tokens, tokens + torch.tanh(self.mix(tokens.mean(dim=1, keepdim=True) + tokens))]


class OfTimm(TinyViT):
    num_prefix_tokens = 1 + REGISTERS

    def __init__(self, seed: int = 0):
        super().__init__(seed)
        self.patch_embed = types.SimpleNamespace(patch_size=(PATCH, PATCH))

    def forward_features(self, pixels):
        return self.layers(pixels)[-1]

    def forward_intermediates(self, pixels, indices, return_prefix_tokens, norm, output_fmt, intermediates_only):
        assert return_prefix_tokens and norm and output_fmt == "NLC" and intermediates_only
        return [(tokens[:, self.num_prefix_tokens :], tokens[:, : self.num_prefix_tokens]) for tokens in (self.layers(pixels)[i] for i in indices)]


class OfTransformers(TinyViT):
    def __init__(self, seed: int = 0):
        super().__init__(seed)
        self.config = types.SimpleNamespace(patch_size=PATCH, image_size=12)

    def forward(self, pixel_values, output_hidden_states=False):
        layers = self.layers(pixel_values)
        return types.SimpleNamespace(last_hidden_state=layers[-1], hidden_states=layers if output_hidden_states else None)


def timm_in_place(monkeypatch) -> list[dict]:
    """@returns what models were asked for, filled as they are"""
    asked: list[dict] = []

    def create_model(name, **options):
        asked.append({"name": name, **options})
        if name == "not_here":
            raise OSError("we are offline")
        return OfTimm(seed=1 if options.get("pretrained_cfg_overlay") else 0)

    timm = types.ModuleType("timm")
    timm.is_model, timm.create_model = lambda name: name != "unheard_of", create_model
    timm.data = types.SimpleNamespace(
        resolve_model_data_config=lambda _: {"mean": (0.5, 0.4, 0.3), "std": (0.2, 0.3, 0.4), "input_size": (3, 16, 16), "interpolation": "bicubic"}
    )
    layers = types.ModuleType("timm.layers")
    layers.set_fused_attn = lambda _: None
    monkeypatch.setitem(sys.modules, "timm", timm)
    monkeypatch.setitem(sys.modules, "timm.layers", layers)
    return asked


def transformers_in_place(monkeypatch) -> None:
    def from_pretrained(source, local_files_only, attn_implementation):
        assert local_files_only and attn_implementation == "eager"
        if source == "not_here":
            raise OSError("not in the cache")
        return OfTransformers()

    def cached_file(*_, **__):
        raise OSError("none")

    transformers = types.ModuleType("transformers")
    transformers.AutoModel = types.SimpleNamespace(from_pretrained=from_pretrained)
    transformers.utils = types.SimpleNamespace(cached_file=cached_file)
    monkeypatch.setitem(sys.modules, "transformers", transformers)
