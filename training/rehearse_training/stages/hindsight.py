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
from torch import Tensor

from ..config import Action, Config
from ..data.episodes import Observations
from ..errors import TrainingError
from ..log import log
from ..networks.grid import Grid
from ..networks.proposals import HindsightProposals, ViewOfField, ViewOfLatents
from .fitting import fit
from .proposals import errors_of, winner_takes_all

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


def build_head(encoded: Encoded, observations: Observations, config: Config) -> HindsightProposals:
    sizes = (encoded.image_latent, encoded.latent - encoded.image_latent)
    if config.model.layout != "field":
        return HindsightProposals(ViewOfLatents(sizes), len(config.action.axes), config.hindsight.count, config.hindsight.horizon)
    least, most = encoded.normalised(observations, 0.0), encoded.normalised(observations, 1.0)
    spread = 1 / (most - least)
    view = ViewOfField(Grid(config.model.cells, config.model.view_m), sizes, -least * spread, spread)
    return HindsightProposals(view, len(config.action.axes), config.hindsight.count, config.hindsight.horizon)


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
