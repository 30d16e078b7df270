"""The prediction error itself: latents of later pictures, predicted from the first one's and the actions.

There is no stop-gradient: other terms keep targets from running away or together.
"""

from __future__ import annotations

from torch import Tensor, nn

from .term import Setting, Term, Window


class Prediction(Term):
    name = "prediction"
    weight = Setting(1.0)

    def loss(self, window: Window, network: nn.Module | None) -> Tensor:
        from_first = (window.predicted - window.wanted).square().mean()
        return self._from_all(from_first, window) if window.restarts else from_first

    def _from_all(self, from_first: Tensor, window: Window) -> Tensor:
        """From every picture but the last to all that follow it: a mean over as many pairs as there are."""
        targets, count = window.targets, len(window.targets)
        total = count * from_first
        for i in range(1, count):
            begin = int(targets[i - 1])
            imagined = window.predictor.rollout(window.latents[:, i], window.actions[:, begin:])[:, targets[i:] - begin - 1]
            total = total + (count - i) * (imagined - window.wanted[:, i:]).square().mean()
        return total / (count * (count + 1) / 2)
