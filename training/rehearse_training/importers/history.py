"""One step of a model that looks back: the frames it remembers and the actions that left them are carried from step to step.

Slots are filled from the left, as the published models were trained: position 0 is the oldest frame. Attention is causal, so what lies in
slots that are not filled yet touches nothing. While slots are free the next frame takes the first of them; after that all move one to the left.
"""

from __future__ import annotations

from typing import Protocol

import torch
from torch import Tensor, nn


class FramePredictor(Protocol):
    """A network over frames: `frames` [N, T, F], `actions` [N, T, A], the action that left each frame -> what follows each frame [N, T, F]."""

    history: int
    frame_size: int
    action_size: int

    def __call__(self, frames: Tensor, actions: Tensor) -> Tensor: ...


class HistoryStep(nn.Module):
    """(frames [N, T, F], actions [N, T, A], filled [1] int64, action [N, A]) -> (frames, actions, filled) for the step after, and the frame [N, F] that follows."""

    def __init__(self, predictor: nn.Module, history: int):
        super().__init__()
        self.predictor = predictor
        self.history = history
        self.register_buffer("slots", torch.arange(history).reshape(1, history, 1), persistent=False)

    def forward(self, frames: Tensor, actions: Tensor, filled: Tensor, action: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        last = filled - 1
        actions = torch.where(self.slots == last, action.unsqueeze(1), actions)
        following = self.predictor(frames, actions).index_select(1, last)  # [N, 1, F]
        full = filled == self.history
        appended = torch.where(self.slots == filled, following, frames)
        frames = torch.where(full, torch.cat([frames[:, 1:], following], dim=1), appended)
        actions = torch.where(full, torch.cat([actions[:, 1:], torch.zeros_like(actions[:, :1])], dim=1), actions)
        return frames, actions, torch.clamp(filled + 1, max=self.history), following.squeeze(1)


def context_size(frame: int, action: int, frames: int) -> int:
    """Numbers in a context of `frames` frames, the oldest first, then the blocks of actions that left all but the last."""
    return frames * frame + (frames - 1) * action


def start(context: Tensor, frames: int, history: int, frame: int, action: int) -> tuple[Tensor, Tensor, Tensor]:
    """context [1, C] -> the slots that a rollout begins with: frames [1, T, F], actions [1, T, A], filled [1]"""
    known = context[:, : frames * frame].reshape(1, frames, frame)
    left = context[:, frames * frame :].reshape(1, frames - 1, action)
    return (
        torch.cat([known, known.new_zeros(1, history - frames, frame)], dim=1),
        torch.cat([left, left.new_zeros(1, history - frames + 1, action)], dim=1),
        torch.tensor([frames]),
    )


def rollout(step: HistoryStep, context: Tensor, frames: int, actions: Tensor, frame: int) -> Tensor:
    """context [1, C], actions [N, S, A] -> the frame after each step [N, S, F]"""
    samples, steps, size = actions.shape
    state = start(context, frames, step.history, frame, size)
    carried, left, filled = state[0].expand(samples, -1, -1), state[1].expand(samples, -1, -1), state[2]
    seen = []
    for i in range(steps):
        carried, left, filled, following = step(carried, left, filled, actions[:, i])
        seen.append(following)
    return torch.stack(seen, dim=1)
