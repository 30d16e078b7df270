"""Latents for many loose particles: a field, how many of them lie at each node of a grid over the picture; and a predictor that changes it near the actuated body alone.

Particles that nobody pushes stay where they are, wherever that is. So the predictor looks at the field around the actuated body, one control period at a time, and tells
the changes there: what is farther off is kept to the last bit, and one push is one fact all over the table. An expected field adds up where the places of single
particles would not: it needs no names for them, and says how sure it is (after the linear models of piles by Suh and Tedrake 2020, arXiv 2002.09093, which look at pictures so).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

import torch
from torch import Tensor
from torch.nn import functional as F

from ..grid import Grid, nodes_around
from .predictor import Need, Shape, Spread
from .ticks import TickPredictor, mean_of_any

if TYPE_CHECKING:
    from ...config import Config, ModelSize

# Of a body's place and speeds, in their spreads: what they change by in a control period where the network says 1.
STEP = 0.2


class FieldPredictor(TickPredictor):
    """One model step: `ticks` times the same network, which sees the nodes around the actuated body, and tells how they change.

    Latents are [field, normalised proprioception], whose last two numbers are the actuated body's place. The nodes seen are those around the one that it is nearest to; where
    it stands between nodes is given beside them. Nodes outside the picture are empty, and stay so.
    """

    settings: ClassVar[tuple[str, ...]] = (*TickPredictor.settings, "particles", "view_m", "window")
    layouts: ClassVar[tuple[str, ...]] = ("field",)
    # Where the window moves on by a node the cost jumps: the slope beside the jump would lead descent astray.
    has_gradient: ClassVar[bool] = False

    def __init__(self, grid: Grid, proprioception: int, action: int, ticks: int, size: ModelSize):
        """@param action numbers of a whole step, `ticks` times those of one period"""
        assert size.window % 2 == 1 and proprioception >= 4
        self_sees = proprioception + action // ticks + 2
        super().__init__(size.window**2 + self_sees, size.window**2 + proprioception, size)
        with torch.no_grad():
            self.last.weight.mul_(0.1)
        self.known = grid.nodes**2
        self.sizes = (self.known, proprioception)
        self.changes = (size.window**2, proprioception)
        self.axes, self.nodes, self.window = action // ticks, grid.nodes, size.window
        self.register_buffer("around", torch.arange(size.window) - size.window // 2 + torch.zeros(1), persistent=False)
        self.register_buffer("each", torch.arange(grid.nodes) + torch.zeros(1), persistent=False)
        place = torch.zeros(proprioception, 2)
        place[-2, 0] = place[-1, 1] = 1
        self.register_buffer("place", place, persistent=False)
        # Of the normalised place: node = scale · place + shift.
        self.register_buffer("scale", torch.ones(2))
        self.register_buffer("shift", torch.zeros(2))
        self.grid = grid

    @classmethod
    def of(cls, shape: Shape, size: ModelSize) -> Self:
        return cls(Grid(size.cells, size.view_m), shape.proprioception, shape.action, shape.ticks, size)

    @classmethod
    def check(cls, config: Config, need: Need) -> None:
        model, objective, image = config.model, config.objective, config.image
        need(objective.grounding > 0 and objective.grounding_seen > 0, "model.layout field without grounding", "set objective.grounding and grounding_seen: the latent is a number of particles at each node")
        need(model.particles != "" and config.topics.truth != "", "model.layout field without particles", "set topics.truth, and model.particles to what the truth calls them, e.g. grain")
        need(image.width == image.height == 2 * model.cells, f"model.cells is {model.cells} with pictures of {image.width} × {image.height}", "square pictures with twice as many pixels a side as there are cells")
        need(model.view_m > 0, f"model.view_m is {model.view_m}", "give the side of what the picture shows, m")
        need(model.window % 2 == 1 and 1 <= model.window <= model.cells, f"model.window is {model.window}", "give an odd number of nodes, e.g. 9")
        need(config.proprioception[-2:] == ("robot.x", "robot.y"), "model.layout field without the actuated body's place", "end proprioception with robot.x, robot.y")
        need(config.proprioception[:2] == ("linear.x", "linear.y"), "model.layout field without speeds", "begin proprioception with linear.x, linear.y")
        need(config.encoder.kind == "trained", "model.layout field with a frozen foundation encoder", "leave encoder out")

    def fit_spread(self, spread: Spread) -> None:
        self.fit_frame(spread.proprioception_mean, spread.proprioception_std)

    @torch.no_grad()
    def fit_frame(self, mean: Tensor, spread: Tensor) -> None:
        """mean, spread [P], as the encoder normalises proprioception"""
        self.shift.copy_(self.grid.at(mean[-2:]))
        self.scale.copy_(self.grid.at(mean[-2:] + spread[-2:]) - self.shift)

    def each_tick(self, latent: Tensor, action: Tensor) -> list[Tensor]:
        """-> the latents [N, D] after each control period of the step"""
        field, body = latent.split(self.sizes, dim=-1)
        field = field.reshape(-1, self.nodes, self.nodes)
        latents = []
        for now in action.split(self.axes, dim=-1):
            field, body = self._tick(field, body, now)
            latents.append(torch.cat([field.reshape(-1, self.sizes[0]), body], dim=-1))
        return latents

    def _tick(self, field: Tensor, body: Tensor, action: Tensor) -> tuple[Tensor, Tensor]:
        """field [N, nodes, nodes], body [N, P], action [N, axes] -> both, one control period on"""
        at = (body @ self.place) * self.scale + self.shift  # [N, 2]
        nearest, across, down = nodes_around(at, self.around, self.each)
        seen = down @ field @ across.transpose(1, 2)  # [N, window, window]
        change, moved = self.change(torch.cat([seen.reshape(-1, self.window**2), body, action, at - nearest], dim=-1)).split(self.changes, dim=-1)
        # No node gains or loses more than two in a period, no speed or place more than its spread; a number of particles is never below nought.
        window = 2 * torch.tanh(change.reshape(-1, self.window, self.window) / 2)
        return F.relu(field + down.transpose(1, 2) @ window @ across), body + torch.tanh(STEP * moved)

    def refinement_loss(self, errors: Tensor) -> Tensor:
        """The mean number of particles is asked for: by the size of errors a rare particle would count for none."""
        return errors[..., : self.known].square().sum(dim=-1).mean() + mean_of_any(errors[..., self.known :].square())
