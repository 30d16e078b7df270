"""Proposals for goal pictures: action sequences worth trying first, learned from the recordings in hindsight.

Whatever a recording shows later is a goal that was reached from what it shows now, by the actions in between (goal-conditioned supervised learning, Ghosh et al. 2019,
arXiv 1912.06088). What is asked is what a planner asks: the latent where a plan begins, and that of a goal picture. Several ways may lead there, so the head gives several, and only the
nearest to what was done is taught by it (`proposals.py`). They need no planner and no labels, and the planner judges them like all other candidates.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import torch
import yaml
from torch import Tensor, nn
from torch.nn import functional as F

from ..config import Action, Config, HindsightSchedule
from ..data.episodes import Observations
from ..errors import TrainingError
from ..export.proposals import add_proposals
from ..log import log
from ..networks.field import Grid, nodes_around
from ..networks.model import CHANGE_GAIN, mlp
from .fitting import fit
from .proposals import errors_of, winner_takes_all

HIDDEN = 256
MEASURED = 4096
BATCH = 512


@dataclass(frozen=True)
class Encoded:
    """A finished folder's encoder, as its graph has it: what a head that is added later is taught on."""

    session: onnxruntime.InferenceSession
    latent: int
    image_latent: int
    identity: str  # SHA-256 of the graph

    @staticmethod
    def of(folder: Path, config: Config) -> Encoded:
        """@throws TrainingError RH-HINDSIGHT-MODEL"""
        try:
            manifest = yaml.safe_load((folder / "model.yaml").read_text())
            entry, latent = manifest["graphs"]["encoder"], manifest["latent"]
            sensed = [quantity["name"] for quantity in manifest["proprioception"]]
            axes = [axis["name"] for axis in manifest["action"]["axes"]]
            session = onnxruntime.InferenceSession((folder / entry["file"]).read_bytes(), providers=["CPUExecutionProvider"])
        except (OSError, KeyError, TypeError, yaml.YAMLError) as error:
            raise TrainingError("RH-HINDSIGHT-MODEL", f"{folder} cannot be read as a model folder: {error}", "give a folder that `rehearse train` wrote") from error
        if manifest.get("goal", "position") != "latent":
            raise TrainingError("RH-HINDSIGHT-MODEL", f"the goals of {folder} are places", "for these there is `rehearse train proposals`")
        if (sensed, axes) != (list(config.proprioception), [axis.name for axis in config.action.axes]):
            raise TrainingError("RH-HINDSIGHT-MODEL", f"{folder} senses {sensed} and commands {axes}, the configuration says otherwise", "give the configuration that it was trained with")
        return Encoded(session, latent["size"], latent["image_size"], entry["sha256"])

    def __call__(self, images: np.ndarray, proprioception: np.ndarray) -> Tensor:
        """images uint8 [n, height, width, 3], proprioception [n, P] in SI -> latents [n, D]"""
        (latents,) = self.session.run(["latent"], {"image": images, "proprioception": proprioception.astype(np.float32)})
        return torch.from_numpy(latents)

    def normalised(self, observations: Observations, proprioception: float) -> Tensor:
        """What the latent holds beside the picture's part where all that is sensed is this number [P]"""
        values = np.full((1, observations.proprioception.shape[1]), proprioception)
        return self(observations.images[:1], values)[0, self.image_latent :]


class HindsightProposals(nn.Module):
    """latent [N, D], goal's latent [N, D] -> [N, K, H, A] in [-1, 1], one command a model step; `forward` for N = 1 without that axis, as the graph gives it"""

    def __init__(self, sight: ViewOfLatents | ViewOfField, axes: int, schedule: HindsightSchedule):
        super().__init__()
        self.shape = (schedule.count, schedule.horizon, axes)
        self.latent_size = self.goal_size = sum(sight.sizes)
        self.sight = sight
        self.net = mlp(sight.size, HIDDEN, schedule.count * schedule.horizon * axes)

    def propose(self, latent: Tensor, goal: Tensor) -> Tensor:
        return torch.tanh(self.net(self.sight(latent, goal))).reshape(-1, *self.shape)

    def forward(self, latent: Tensor, goal: Tensor) -> Tensor:
        return self.propose(latent, goal)[0]


def build_head(encoded: Encoded, observations: Observations, config: Config) -> HindsightProposals:
    sizes = (encoded.image_latent, encoded.latent - encoded.image_latent)
    if config.model.layout != "field":
        return HindsightProposals(ViewOfLatents(sizes), len(config.action.axes), config.hindsight)
    least, most = encoded.normalised(observations, 0.0), encoded.normalised(observations, 1.0)
    spread = 1 / (most - least)
    view = ViewOfField(Grid(config.model.cells, config.model.view_m), sizes, -least * spread, spread)
    return HindsightProposals(view, len(config.action.axes), config.hindsight)


class ViewOfLatents(nn.Module):
    """The latent, the picture's part of the goal's (a goal picture comes without speeds), and what is between them."""

    def __init__(self, sizes: tuple[int, int]):
        """@param sizes of the picture's part of a latent, and of the rest"""
        super().__init__()
        self.sizes = sizes
        self.size = 3 * sizes[0] + sizes[1]

    def forward(self, latent: Tensor, goal: Tensor) -> Tensor:
        """-> [N, size]"""
        here, there = latent.split(self.sizes, dim=-1)[0], goal.split(self.sizes, dim=-1)[0]
        return torch.cat([latent, there, CHANGE_GAIN * (there - here)], dim=-1)


class ViewOfField(nn.Module):
    """Both fields as the driven body sees them, and where the picture ends: so that a push is the same question wherever it begins."""

    CHANNELS = (32, 48, 64)

    def __init__(self, grid: Grid, sizes: tuple[int, int], mean: Tensor, spread: Tensor):
        """@param sizes of field and proprioception @param mean, spread by which proprioception is normalised [P]; its last two numbers are the driven body's place"""
        super().__init__()
        self.nodes, self.sizes = grid.nodes, sizes
        reach = grid.nodes - 1  # to the far end of the picture, from anywhere
        self.register_buffer("around", torch.arange(-reach, reach + 1) + torch.zeros(1), persistent=False)
        self.register_buffer("each", torch.arange(grid.nodes) + torch.zeros(1), persistent=False)
        place = torch.zeros(sizes[1], 2)
        place[-2, 0] = place[-1, 1] = 1
        self.register_buffer("place", place, persistent=False)
        # Of the normalised place: node = scale · place + shift.
        self.register_buffer("shift", grid.at(mean[-2:]))
        self.register_buffer("scale", grid.at(mean[-2:] + spread[-2:]) - self.shift)
        widths = (3, *self.CHANNELS)
        self.layers = nn.ModuleList(nn.Conv2d(a, b, 3, stride=2, padding=1) for a, b in zip(widths, widths[1:]))
        side = 2 * reach + 1
        for _ in self.layers:
            side = (side + 1) // 2
        self.last = nn.Linear(self.CHANNELS[-1] * side**2, HIDDEN)
        self.size = HIDDEN + self.sizes[1] + 2

    def forward(self, latent: Tensor, goal: Tensor) -> Tensor:
        """-> [N, size]"""
        seen, body, between = self.see(latent, goal)
        for layer in self.layers:
            seen = F.silu(layer(seen))
        return torch.cat([F.silu(self.last(seen.flatten(1))), body, between], dim=-1)

    def see(self, latent: Tensor, goal: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """-> now, goal and picture, around the node that the body is nearest to [N, 3, 2 reach + 1, 2 reach + 1]; the body; where it stands between nodes [N, 2]"""
        now, body = latent.split(self.sizes, dim=-1)
        wanted, _ = goal.split(self.sizes, dim=-1)
        at = (body @ self.place) * self.scale + self.shift
        nearest, across, down = nodes_around(at, self.around, self.each)
        fields = torch.stack([now, wanted, torch.ones_like(now)], dim=1).reshape(-1, 3, self.nodes, self.nodes)
        return down.unsqueeze(1) @ fields @ across.transpose(1, 2).unsqueeze(1), body, at - nearest


class Reached:
    """Moments of recordings, with what was done in the model steps that followed, and goals that were reached later."""

    def __init__(self, encoded: Encoded, observations: Observations, rows: np.ndarray, config: Config):
        """@param rows mask of the rows to draw from"""
        schedule = config.hindsight
        self.observations, self.schedule = observations, schedule
        self.starts = observations.windows(rows, schedule.horizon)
        if len(self.starts) == 0:
            raise TrainingError("RH-BAG-SHORT", f"no sequence is {schedule.horizon} model steps long", "record longer, or shorten hindsight.horizon")
        used = np.flatnonzero(rows)
        self.index = np.full(len(observations.next), -1, dtype=np.int64)
        self.index[used] = np.arange(len(used))
        parts = np.array_split(used, max(1, -(-len(used) // BATCH)))
        self.latents = torch.cat([encoded(observations.images[part], observations.proprioception[part]) for part in parts])
        self.picture, self.unmoved = encoded.image_latent, encoded.normalised(observations, 0.0)
        self.stride = observations.stride
        self.rest = rest_of(config.action)
        self.commands = torch.from_numpy(observations.action).unflatten(-1, (config.action.block, -1)).mean(dim=1)  # [rows, A]

    def draw(self, rng: np.random.Generator, count: int) -> tuple[Tensor, Tensor, Tensor]:
        """-> latents [n, D], goals [n, D], actions [n, H, A], at rest from the goal on; n <= count: goals beyond a recording's end are left out"""
        at = rng.choice(self.starts, count)
        goal = at + np.maximum(1, np.round(self.stride * self.schedule.longest * rng.random(count))).astype(np.int64)
        inside = np.minimum(goal, len(self.index) - 1)
        keep = (goal == inside) & (self.observations.episode[inside] == self.observations.episode[at]) & (self.index[inside] >= 0)
        at, goal = at[keep], goal[keep]
        window = self.observations.follow(at, self.schedule.horizon)[:, :-1]
        # Of each step, the share that lies before the goal.
        before = torch.from_numpy(((goal - at)[:, None] / self.stride - np.arange(self.schedule.horizon)).clip(0, 1)).float().unsqueeze(-1)
        actions = before * self.commands[torch.from_numpy(window)] + (1 - before) * self.rest
        goals = self._latents(goal)
        # As goal pictures are encoded: without motion.
        goals = torch.cat([goals[:, : self.picture], self.unmoved.expand(len(goals), -1)], dim=1)
        return self._latents(at), goals, actions

    def _latents(self, rows: np.ndarray) -> Tensor:
        return self.latents[torch.from_numpy(self.index[rows])]


def rest_of(action: Action) -> Tensor:
    """The normalised command of standing still [A]"""
    return torch.tensor([-(axis.range[0] + axis.range[1]) / (axis.range[1] - axis.range[0]) for axis in action.axes])


def train_hindsight(head: HindsightProposals, reached: Reached, seed: int) -> float:
    """@returns seconds"""
    schedule = reached.schedule

    def loss(rng: np.random.Generator) -> Tensor:
        latents, goals, actions = reached.draw(rng, schedule.batch)
        return winner_takes_all(head.propose(latents, goals), actions)

    return fit("proposals", head, schedule.steps, schedule.learning_rate, seed, loss)


@torch.no_grad()
def hindsight_measures(head: HindsightProposals, reached: Reached, seed: int = 6) -> dict[str, Any]:
    """On recordings held out: how far the nearest proposal is from what was done, beside the size of that itself, and beside the nearest one for another's goal."""
    latents, goals, actions = reached.draw(np.random.default_rng(seed), MEASURED)
    errors = errors_of(head.propose(latents, goals), actions)  # [n, K]
    others = errors_of(head.propose(latents, goals.roll(1, dims=0)), actions)
    rms = lambda values: round(float(values.mean().sqrt()), 4)  # noqa: E731
    measured = {
        "held_out": len(latents),
        "rms_error": rms(errors.min(dim=1).values),
        "rms_error_other_goal": rms(others.min(dim=1).values),
        "rms_action": rms((actions - reached.rest).square()),
        "nearest": [round(float((errors.argmin(dim=1) == k).float().mean()), 3) for k in range(head.shape[0])],
    }
    log(f"proposals held out: {measured}")
    return measured


def add_hindsight(folder: Path, observations: Observations, training: np.ndarray, held_out: np.ndarray, config: Config, seed: int, command: str) -> dict[str, Any]:
    """Trains a head and adds it to the folder. @param training, held_out masks of rows @returns what was measured"""
    encoded = Encoded.of(folder, config)
    torch.manual_seed(seed + 2)
    head = build_head(encoded, observations, config)
    reached = Reached(encoded, observations, training, config)
    log(f"hindsight {len(reached.latents)} pictures encoded, {len(reached.starts)} moments to start from")
    wall = train_hindsight(head, reached, seed)
    measured = hindsight_measures(head, Reached(encoded, observations, held_out, config))
    add_proposals(folder, head, {"command": command, "from": "recordings", "steps": config.hindsight.steps, "wall_s": round(wall, 1), **measured})
    return measured
