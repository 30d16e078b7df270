"""A predictor for worlds of bodies that touch: one control period at a time, and places as one of the bodies sees them.

What a push does depends on where the pusher stands as the block sees it, and on nothing else while walls are far. A network that is given both places in the
table's frame has to learn that anew for every place and angle; for one that is given the pusher's place in the block's frame it is one fact. Grounded latents begin
with the bodies' numbers (`SlotGrounding`), so that the turn into the frame is arithmetic on the latent.

Contact begins and ends within millimetres, and small networks learn smooth functions first: places are also given as sines and cosines of several wavelengths (Fourier features,
after Tancik et al. 2020, arXiv 2006.10739), where they are and where the command would leave them.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, ClassVar, Self

import torch
from torch import Tensor

from ...errors import TrainingError
from .predictor import Need, Shape, Spread
from .ticks import TickPredictor

if TYPE_CHECKING:
    from ...config import Config, ModelSize


# In lengths, the spread of places: about as far as bodies ever are from one another. Every further wave is half as long.
LONGEST_WAVELENGTH = 4.0
# Of its spread, what a number changes by in a control period where the network says 1; in no period does it change by more than its spread. Without either,
# rollouts of many periods run away early in training.
STEP = 0.2


class ObjectCentricPredictor(TickPredictor):
    """One model step: `ticks` times the same small network, each with the action of its control period.

    Latents are [numbers of bodies, free part, normalised proprioception]. Places and directions are turned into the frame of one body where it has an angle
    (`name.cos`, `name.sin`), and only shifted to it where it has none; changes are predicted in that frame and turned back. The angle changes by a rotation, so that
    cosine and sine stay on the circle.
    """

    settings: ClassVar[tuple[str, ...]] = (*TickPredictor.settings, "frame", "fourier_features", "actuated_body")
    layouts: ClassVar[tuple[str, ...]] = ("vector",)

    def __init__(self, latent: int, action: int, ticks: int, speeds: int, names: tuple[str, ...], reach_m: tuple[tuple[float, float], ...], size: ModelSize):
        """
        @param action numbers of a whole step, `ticks` times those of one period @param speeds of the proprioception, at the latent's end @param names of the bodies' numbers
        @param reach_m along x and y: where the least and the most command take the actuated body in one period
        """
        origin, axes = size.frame, action // ticks
        places = [name.removesuffix(".x") for name in names if name.endswith(".x") and f"{name[:-2]}.y" in names]
        assert origin in places and axes >= 2 and speeds >= 2
        places.remove(origin)
        turns = f"{origin}.cos" in names and f"{origin}.sin" in names
        # Places that a command moves, as the frame sees it: where the frame itself is actuated, all others move the opposite way.
        led = places if size.actuated_body == origin else [size.actuated_body]
        waved = 2 * (len(places) + len(led)) if size.fourier_features > 0 else 0
        super().__init__(latent + axes + 2 * len(places) + (4 if turns else 0) + 2 * size.fourier_features * waved, latent, size)
        with torch.no_grad():
            self.last.weight.mul_(0.1)
        self.axes, self.known, self.turns = axes, len(names), turns
        columns = {name: i for i, name in enumerate(names)}
        first_speed = latent - speeds

        def pick(*at: int) -> Tensor:
            """[D, n]: a product with it takes those columns of a latent; one with its transpose puts them back."""
            matrix = torch.zeros(latent, len(at))
            for i, column in enumerate(at):
                matrix[column, i] = 1
            return matrix

        self.register_buffer("place_x", pick(*(columns[f"{name}.x"] for name in places)), persistent=False)
        self.register_buffer("place_y", pick(*(columns[f"{name}.y"] for name in places)), persistent=False)
        self.register_buffer("origin_x", pick(columns[f"{origin}.x"]), persistent=False)
        self.register_buffer("origin_y", pick(columns[f"{origin}.y"]), persistent=False)
        self.register_buffer("moving_x", torch.cat([self.place_x, self.origin_x, pick(first_speed)], dim=1), persistent=False)
        self.register_buffer("moving_y", torch.cat([self.place_y, self.origin_y, pick(first_speed + 1)], dim=1), persistent=False)
        handled = self.moving_x.sum(dim=1) + self.moving_y.sum(dim=1)
        if self.turns:
            self.register_buffer("cosine", pick(columns[f"{origin}.cos"]), persistent=False)
            self.register_buffer("sine", pick(columns[f"{origin}.sin"]), persistent=False)
            handled = handled + (self.cosine + self.sine)[:, 0]
        self.register_buffer("others", 1 - handled, persistent=False)
        self.octave_count = size.fourier_features
        if size.fourier_features > 0:
            middle, half = torch.tensor(reach_m).mean(dim=1), torch.tensor(reach_m).diff(dim=1)[:, 0] / 2
            sign = -1.0 if size.actuated_body == origin else 1.0
            self.register_buffer("way_middle", sign * middle, persistent=False)
            self.register_buffer("way_half", sign * half, persistent=False)
            self.register_buffer("led", torch.eye(len(places))[:, [places.index(name) for name in led]], persistent=False)
            octaves = 2 * math.pi / LONGEST_WAVELENGTH * 2.0 ** torch.arange(size.fourier_features)
            self.register_buffer("octaves", torch.kron(torch.eye(waved), octaves[None, :]), persistent=False)  # [waved, waved * waves]
        # Of the numbers: value = mean + spread · latent, in SI; of the speeds as the encoder normalises them.
        self.register_buffer("mean", torch.zeros(latent))
        self.register_buffer("spread", torch.ones(latent))
        # Lengths of this size, and speeds of this size, are 1 to the network.
        self.register_buffer("length", torch.ones(1))
        self.register_buffer("speed", torch.ones(1))

    @classmethod
    def of(cls, shape: Shape, size: ModelSize) -> Self:
        """@throws TrainingError RH-CONFIG-VALUE when a body is named of which no place is read"""
        for setting, body in (("frame", size.frame), *([("actuated_body", size.actuated_body)] if size.fourier_features > 0 else [])):
            if not {f"{body}.x", f"{body}.y"} <= set(shape.names):
                raise TrainingError("RH-CONFIG-VALUE", f"model.{setting} is {body!r}, of which no x and y are read", f"choose a body of readouts: {', '.join(shape.names)}")
        return cls(shape.latent, shape.action, shape.ticks, shape.speeds, shape.names, shape.reach_m, size)

    @classmethod
    def check(cls, config: Config, need: Need) -> None:
        model, objective, plane = config.model, config.objective, ("linear.x", "linear.y")
        need(objective.grounding > 0 and objective.grounding_seen > 0, "model.predictor object_centric without grounding", "set objective.grounding and grounding_seen: the latent has to begin with the bodies' numbers")
        need(model.frame != "", "model.frame is missing", "name the body that the others are seen from, e.g. block")
        need(model.fourier_features >= 0, f"model.fourier_features is {model.fourier_features}", "give a number of wavelengths, e.g. 4, or 0")
        need(model.fourier_features == 0 or model.actuated_body != "", "model.fourier_features without model.actuated_body", "name the body that commands drive, e.g. agent")
        moves = tuple(axis.name for axis in config.action.axes) == plane and config.proprioception == plane
        need(moves, "model.predictor object_centric is for what moves in the plane", "action.axes and proprioception are linear.x and linear.y")

    def fit_spread(self, spread: Spread) -> None:
        self.fit_frame(spread.values_mean, spread.values_std, spread.proprioception_mean, spread.proprioception_std)

    @torch.no_grad()
    def fit_frame(self, mean: Tensor, spread: Tensor, speed_mean: Tensor, speed_spread: Tensor) -> None:
        """mean, spread [R] of the bodies' numbers in SI; speed_mean, speed_spread [speeds], as the encoder normalises proprioception"""
        self.mean[: self.known], self.spread[: self.known] = mean, spread
        first = len(self.mean) - len(speed_mean)
        self.mean[first:], self.spread[first:] = speed_mean, speed_spread
        self.length.copy_((self.spread @ self.place_x.sum(dim=1) / self.place_x.shape[1]).reshape(1))
        self.speed.copy_(speed_spread[:2].mean().reshape(1))

    def each_tick(self, latent: Tensor, action: Tensor) -> list[Tensor]:
        """-> the latents [N, D] after each control period of the step"""
        latents = []
        for now in action.split(self.axes, dim=-1):
            latent = self._tick(latent, now)
            latents.append(latent)
        return latents

    def _tick(self, latent: Tensor, action: Tensor) -> Tensor:
        values = self.mean + self.spread * latent
        x = (values @ self.place_x - values @ self.origin_x) / self.length  # [N, places]
        y = (values @ self.place_y - values @ self.origin_y) / self.length
        if not self.turns:
            change = self._change([latent, action, x, y, *self._fourier_features(x, y, *self._displacement(action))])
            return latent + change * self.others + self._moved(change @ self.moving_x, change @ self.moving_y)
        cos, sin = values @ self.cosine, values @ self.sine  # [N, 1]
        radius = torch.rsqrt(cos * cos + sin * sin + 1e-6)
        cos, sin = cos * radius, sin * radius
        speed_x, speed_y = latent @ self.moving_x[:, -1:], latent @ self.moving_y[:, -1:]
        command_x, command_y = action[:, :1], action[:, 1:2]
        x, y = cos * x + sin * y, cos * y - sin * x
        seen = [latent, action, x, y]
        for across, along in ((speed_x, speed_y), (command_x, command_y)):
            seen += [cos * across + sin * along, cos * along - sin * across]
        dx, dy = self._displacement(action)
        seen += self._fourier_features(x, y, cos * dx + sin * dy, cos * dy - sin * dx)
        change = self._change(seen)
        ahead, aside = change @ self.moving_x, change @ self.moving_y
        turn = change @ self.cosine
        new_cos = cos * torch.cos(turn) - sin * torch.sin(turn)
        new_sin = sin * torch.cos(turn) + cos * torch.sin(turn)
        turned = (new_cos - values @ self.cosine) @ self.cosine.T + (new_sin - values @ self.sine) @ self.sine.T
        return latent + change * self.others + self._moved(cos * ahead - sin * aside, sin * ahead + cos * aside) + turned / self.spread

    def _change(self, seen: list[Tensor]) -> Tensor:
        """What the network sees [N, any] each -> changes in one control period [N, D], of places and speeds in lengths and speeds, of the angle in rad"""
        return torch.tanh(STEP * self.change(torch.cat(seen, dim=-1)))

    def _displacement(self, action: Tensor) -> tuple[Tensor, Tensor]:
        """action of one period [N, axes] -> how far it takes the actuated body from the frame in x and in y [N, 1], m"""
        if self.octave_count == 0:
            return action[:, :1], action[:, 1:2]
        way = self.way_middle + self.way_half * action[:, :2]
        return way[:, :1], way[:, 1:2]

    def _fourier_features(self, x: Tensor, y: Tensor, dx: Tensor, dy: Tensor) -> list[Tensor]:
        """places as the frame sees them [N, places] in lengths, and the command's way there [N, 1] in m -> their sines and cosines"""
        if self.octave_count == 0:
            return []
        places = torch.cat([x, y, x @ self.led + dx / self.length, y @ self.led + dy / self.length], dim=-1)
        phases = places @ self.octaves
        return [torch.sin(phases), torch.cos(phases)]

    def _moved(self, x: Tensor, y: Tensor) -> Tensor:
        """Changes of places [N, places + origin] in lengths, and of the speeds [N, 1] in speeds -> changes of the latent [N, D]"""
        unit = torch.cat([self.length.expand(x.shape[1] - 1), self.speed])
        return ((x * unit) @ self.moving_x.T + (y * unit) @ self.moving_y.T) / self.spread
