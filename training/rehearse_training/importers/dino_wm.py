"""DINO-WM (arXiv 2411.04983): frozen DINOv2 patch tokens, proprioception and actions beside them, a ViT that predicts the next frame's tokens.

Names and equations of gaoyuezhou/dino_wm at 0a9492f: models/vit.py (predictor, frame-causal mask), models/proprio.py (embeddings of
proprioception and actions), models/visual_world_model.py (how they come together), models/vqvae.py (decoder), train.py (what a checkpoint
holds), datasets/img_transforms.py (pixels in [-1, 1]).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ..errors import TrainingError
from ..networks.pictures import HALVES, Pictures, Resize
from .checkpoint import below, load_strictly, weight
from .dinov2 import DinoV2
from .transformer import Attention, FeedForward, causal

DECODER_PIXELS = 16  # pixels of a picture that one token stands for, to the published decoder


@dataclass(frozen=True)
class Settings:
    """Of hydra.yaml, what the weights don't tell."""

    img_size: int
    num_hist: int
    concat_dim: int
    heads: int
    feature_key: str
    num_proprio_repeat: int
    num_action_repeat: int


class Embedding(nn.Module):
    """[B, T, in] -> [B, T, out]: a convolution over one step, so a linear layer."""

    def __init__(self, weights: dict[str, Tensor], what: str):
        super().__init__()
        outputs, inputs, tubelet = weight(weights, "patch_embed.weight", what).shape
        if tubelet != 1:
            raise TrainingError("RH-FOREIGN-CONFIG", f"{what} joins {tubelet} steps (tubelet_size)", "only tubelet_size 1 is known, which is the published one")
        self.inputs, self.outputs = inputs, outputs
        self.patch_embed = nn.Conv1d(inputs, outputs, 1)
        load_strictly(self, weights, what)

    def forward(self, x: Tensor) -> Tensor:
        return F.linear(x, self.patch_embed.weight.squeeze(-1), self.patch_embed.bias)

    def inverse(self) -> tuple[Tensor, Tensor]:
        """(matrix [out, in], offset [in]) of the least-squares way back; exact where there are no fewer outputs than inputs."""
        matrix = torch.linalg.pinv(self.patch_embed.weight.squeeze(-1).double().T).float()
        return matrix, -self.patch_embed.bias @ matrix


class _Transformer(nn.Module):
    def __init__(self, dim: int, depth: int, heads: int, head: int, hidden: int, allowed: Tensor):
        super().__init__()
        self.norm = nn.LayerNorm(dim)
        self.layers = nn.ModuleList(nn.ModuleList([Attention(dim, heads, head, allowed), FeedForward(dim, hidden)]) for _ in range(depth))

    def forward(self, x: Tensor) -> Tensor:
        for attention, feed_forward in self.layers:
            x = attention(x) + x
            x = feed_forward(x) + x
        return self.norm(x)


class ViTPredictor(nn.Module):
    """Tokens of all frames [B, frames * tokens, dim] -> those of the frame after each"""

    def __init__(self, weights: dict[str, Tensor], frames: int, heads: int):
        super().__init__()
        what = "DINO-WM's predictor"
        _, positions, self.dim = weight(weights, "pos_embedding", what).shape
        if positions % frames:
            raise TrainingError("RH-FOREIGN-CONFIG", f"num_hist is {frames}, the predictor has {positions} positions", "give the hydra.yaml that it was trained with")
        self.tokens = positions // frames
        inner = weight(weights, "transformer.layers.0.0.to_qkv.weight", what).shape[0] // 3
        if inner % heads:
            raise TrainingError("RH-FOREIGN-CONFIG", f"predictor.heads is {heads}: its width of {inner} does not divide so", "give the hydra.yaml that it was trained with")
        depth = 1 + max(int(m[1]) for m in (re.match(r"transformer\.layers\.(\d+)\.", name) for name in weights) if m)
        hidden = weight(weights, "transformer.layers.0.1.net.1.weight", what).shape[0]
        self.pos_embedding = nn.Parameter(torch.zeros(1, positions, self.dim))
        self.transformer = _Transformer(self.dim, depth, heads, inner // heads, hidden, causal(frames, self.tokens))
        load_strictly(self, weights, what)

    def forward(self, x: Tensor) -> Tensor:
        return self.transformer(x + self.pos_embedding[:, : x.shape[1]])


class DinoWM(nn.Module):
    """A frame is [tokens * width] numbers: for each token the picture's features and, with `concat_dim` 1, the proprioception's embedding;
    with `concat_dim` 0 that embedding is a token of its own, the last. Then, whatever `concat_dim`, the normalised proprioception itself:
    given by the encoder, and of predicted frames read back through the embedding's pseudo-inverse, as mean over the tokens. It is no input
    of the predictor; it is there since every Rehearse latent ends so.
    """

    def __init__(self, parts: dict[str, dict[str, Tensor]], encoder: dict[str, Tensor], settings: Settings):
        """
        @param parts state dicts of `predictor`, `proprio_encoder`, `action_encoder` and, where it is there, `decoder`
        @param encoder DINOv2's
        """
        super().__init__()
        self.settings = settings
        self.history = settings.num_hist
        self.predictor = ViTPredictor(parts["predictor"], settings.num_hist, settings.heads)
        self.proprio_encoder = Embedding(parts["proprio_encoder"], "DINO-WM's proprio_encoder")
        self.action_encoder = Embedding(parts["action_encoder"], "DINO-WM's action_encoder")
        self.side = settings.img_size // DECODER_PIXELS * weight(encoder, "patch_embed.proj.weight", "DINOv2").shape[-1]
        self.encoder = DinoV2(encoder, self.side)
        self.patches = 1 if settings.feature_key == "x_norm_clstoken" else self.encoder.grid**2
        self.features = self.encoder.norm.weight.shape[0]
        self.proprioception = self.proprio_encoder.inputs
        self.action_size = self.action_encoder.inputs
        beside = settings.concat_dim == 1
        embedded = self.proprio_encoder.outputs * settings.num_proprio_repeat
        self.tokens = self.patches + (0 if beside else 1)
        self.width = self.features + (embedded if beside else 0)
        self.frame_size = self.tokens * self.width + self.proprioception
        wanted = (self.patches, self.width + self.action_encoder.outputs * settings.num_action_repeat) if beside else (self.patches + 2, self.features)
        found = (self.predictor.tokens, self.predictor.dim)
        if found != wanted:
            raise TrainingError(
                "RH-FOREIGN-CONFIG",
                f"the predictor takes {found[0]} tokens of {found[1]} numbers a frame; encoder and settings give {wanted[0]} of {wanted[1]}",
                "give the hydra.yaml and the DINOv2 weights that it was trained with",
            )
        matrix, offset = self.proprio_encoder.inverse()
        self.register_buffer("back", matrix, persistent=False)
        self.register_buffer("back_offset", offset, persistent=False)
        self.decoder = PictureDecoder(parts["decoder"]) if "decoder" in parts and self.patches > 1 else None

    def pictures(self, width: int, height: int) -> Pictures:
        return Pictures(width, height, [Resize(self.settings.img_size), Resize(self.side)], HALVES)

    def embed(self, pixels: Tensor, proprioception: Tensor) -> Tensor:
        """pixels [B, 3, side, side] in [-1, 1], proprioception [B, P] normalised as in training -> frame [B, F]"""
        features = self.encoder.features(pixels, self.settings.feature_key)
        embedded = self.proprio_encoder(proprioception.unsqueeze(1))
        if self.settings.concat_dim == 1:
            repeated = embedded.repeat(1, 1, self.settings.num_proprio_repeat).expand(-1, self.tokens, -1)
            tokens = torch.cat([features, repeated], dim=-1)
        else:
            tokens = torch.cat([features, embedded], dim=1)
        return torch.cat([tokens.flatten(1), proprioception], dim=-1)

    def forward(self, frames: Tensor, actions: Tensor) -> Tensor:
        """frames [N, T, F], actions [N, T, A] normalised as in training -> what follows each frame [N, T, F]"""
        samples, length, _ = frames.shape
        tokens = self.tokens_of(frames)
        embedded = self.action_encoder(actions).unsqueeze(2)
        if self.settings.concat_dim == 1:
            repeated = embedded.repeat(1, 1, 1, self.settings.num_action_repeat).expand(-1, -1, self.tokens, -1)
            tokens = torch.cat([tokens, repeated], dim=-1)
        else:
            tokens = torch.cat([tokens, embedded], dim=2)
        following = self.predictor(tokens.flatten(1, 2)).reshape(samples, length, *tokens.shape[2:])
        following = following[..., : self.width] if self.settings.concat_dim == 1 else following[:, :, : self.tokens]
        return torch.cat([following.flatten(2), self.embedded_proprioception(following) @ self.back + self.back_offset], dim=-1)

    def tokens_of(self, frames: Tensor) -> Tensor:
        """frames [..., F] -> [..., tokens, width]"""
        return frames[..., : self.tokens * self.width].unflatten(-1, (self.tokens, self.width))

    def embedded_proprioception(self, tokens: Tensor) -> Tensor:
        """tokens [..., tokens, width] -> the embedding [..., E], mean over where it stands"""
        size = self.proprio_encoder.outputs
        if self.settings.concat_dim == 0:
            return tokens[..., -1, :]
        copies = tokens[..., self.features :].unflatten(-1, (self.settings.num_proprio_repeat, size))
        return copies.mean(dim=(-3, -2))

    def visual(self, frames: Tensor) -> Tensor:
        """frames [M, F] -> the picture's features [M, patches, features]"""
        return self.tokens_of(frames)[:, : self.patches, : self.features]

    def distance(self, frames: Tensor, goal: Tensor, proprioception: float) -> Tensor:
        """planning/objectives.py: mean square over the picture's features and, weighted, over the first token's embedding of proprioception"""
        visual = (self.visual(frames) - self.visual(goal)).square().mean(dim=(-2, -1))
        if proprioception == 0:
            return visual
        size = self.proprio_encoder.outputs
        parts = [t[:, -1] if self.settings.concat_dim == 0 else t[:, 0, self.features : self.features + size] for t in (self.tokens_of(frames), self.tokens_of(goal))]
        return visual + proprioception * (parts[0] - parts[1]).square().mean(dim=-1)

    def decode(self, frames: Tensor) -> Tensor:
        """frames [M, F] -> pictures [M, 3, img_size, img_size] in [-1, 1], about"""
        assert self.decoder is not None
        side = self.encoder.grid
        return self.decoder(self.visual(frames).transpose(1, 2).unflatten(-1, (side, side)))


class _ResBlock(nn.Module):
    def __init__(self, channels: int, hidden: int):
        super().__init__()
        self.conv = nn.Sequential(nn.ReLU(), nn.Conv2d(channels, hidden, 3, padding=1), nn.ReLU(), nn.Conv2d(hidden, channels, 1))

    def forward(self, x: Tensor) -> Tensor:
        return x + self.conv(x)


class _Upsampler(nn.Module):
    """Four times the width and height: convolution, residual blocks, two transposed convolutions."""

    def __init__(self, weights: dict[str, Tensor]):
        super().__init__()
        channels, inputs = weights["blocks.0.weight"].shape[:2]
        residual = sorted({int(m[1]) for m in (re.match(r"blocks\.(\d+)\.conv\.", name) for name in weights) if m})
        parts: list[nn.Module] = [nn.Conv2d(inputs, channels, 3, padding=1)]
        parts += [_ResBlock(channels, weights[f"blocks.{i}.conv.1.weight"].shape[0]) for i in residual]
        outputs = weights[f"blocks.{len(residual) + 4}.weight"].shape[1]
        parts += [nn.ReLU(), nn.ConvTranspose2d(channels, channels // 2, 4, stride=2, padding=1)]
        parts += [nn.ReLU(), nn.ConvTranspose2d(channels // 2, outputs, 4, stride=2, padding=1)]
        self.blocks = nn.Sequential(*parts)

    def forward(self, x: Tensor) -> Tensor:
        return self.blocks(x)


class PictureDecoder(nn.Module):
    """The published VQVAE without quantisation, as DINO-WM trains it: [B, channels, h, w] -> [B, 3, 16 h, 16 w]"""

    def __init__(self, weights: dict[str, Tensor]):
        super().__init__()
        try:
            self.upsample_b, self.dec = _Upsampler(below(weights, "upsample_b.")), _Upsampler(below(weights, "dec."))
        except KeyError as error:
            raise TrainingError("RH-FOREIGN-WEIGHTS", f"DINO-WM's decoder has no weight {error.args[0]}", "only the published VQVAE decoder is known; leave it out with --no-decoder") from error
        load_strictly(self, {name: value for name, value in weights.items() if not name.startswith("quantize_b.")}, "DINO-WM's decoder")

    def forward(self, x: Tensor) -> Tensor:
        return self.dec(self.upsample_b(x))
