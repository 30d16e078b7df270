"""What the settings of a configuration have to do with one another."""

from __future__ import annotations

from collections.abc import Callable
from fnmatch import fnmatchcase
from pathlib import Path

from ..errors import TrainingError
from ..networks.predictors import PREDICTORS, predictor_class
from .settings import Config

Need = Callable[[bool, str, str], None]


def check(config: Config, path: Path) -> None:
    def need(ok: bool, what: str, fix: str) -> None:
        if not ok:
            raise TrainingError("RH-CONFIG-VALUE", f"{path}: {what}", fix)

    need(len(config.action.axes) > 0, "action.axes is empty", "name the numbers of the command, e.g. linear.x, angular.z")
    for axis in config.action.axes:
        need(len(axis.range) == 2 and axis.range[0] < axis.range[1], f"action axis {axis.name}: range {axis.range}", "give [least, most]")
    _check_objective(config, path, need)
    need(config.goal in ("position", "latent"), f"goal is {config.goal!r}", "position or latent")
    need(config.goal_cost.kind in ("readout", "latent", "temporal", "chamfer"), f"goal_cost.kind is {config.goal_cost.kind!r}", "readout, latent, temporal or chamfer")
    need(config.goal_cost.kind != "chamfer" or config.model.layout == "field", "goal_cost.kind chamfer without a field", "set model.layout: field")
    need(config.goal_cost.near > 0, f"goal_cost.near is {config.goal_cost.near}", "give the distance that counts as near, m")
    need(all(t > 0 for t in config.goal_cost.tolerances.values()), "a goal_cost tolerance is not above 0", "give the difference that counts as near")
    counted = {name for name in config.goal_cost.tolerances if not any(name == pattern or fnmatchcase(name, pattern) for pattern in config.readouts)}
    need(not counted, f"goal_cost has tolerances of {', '.join(sorted(counted))}, which are no readouts", "name them under readouts")
    if config.goal == "latent" and config.goal_cost.kind == "readout":
        need(len(config.goal_cost.tolerances) > 0, "goal_cost.tolerances is empty", "say which readouts count, and what is near")
    if config.joints:
        _check_arm(config, need)
    model = config.model
    need(model.layout in ("vector", "patches", "field"), f"model.layout is {model.layout!r}", "vector, patches or field")
    need(model.predictor in PREDICTORS, f"model.predictor is {model.predictor!r}", f"choose from: {', '.join(PREDICTORS)}")
    need(model.context >= 1, f"model.context is {model.context}", "give a number of frames: 1 for the present one alone")
    need(model.context == 1 or model.predictor == "mlp", f"model.context {model.context} with model.predictor {model.predictor}", "set model.predictor: mlp, or model.context: 1")
    predictor = predictor_class(model)
    need(model.layout in predictor.layouts, f"model.layout {model.layout} with model.predictor {model.predictor}", f"that predictor goes with: {', '.join(predictor.layouts)}")
    predictor.check(config, need)
    need(config.refinement.steps == 0 or config.encoder.kind == "trained", "refinement with a frozen foundation encoder", "leave it out: such an encoder's latents are on disk anyway")
    need(config.encoder_fine_tune.steps == 0 or predictor.grounded, f"encoder_fine_tune with model.predictor {model.predictor}", "leave it out: only latents that are grounded begin with what the truth tells")
    low = [name for name in ("steps", "batch", "count", "horizon", "longest") if getattr(config.hindsight, name) < 1]
    need(not low, f"hindsight.{''.join(low[:1])} is below 1", "give counts and spans of 1 or more")
    encoder = config.encoder
    need(encoder.kind in ("trained", "timm", "transformers"), f"encoder.kind is {encoder.kind!r}", "trained, timm or transformers")
    if encoder.kind != "trained":
        need(encoder.name != "" or encoder.weights != "", "encoder.name is missing", "name the model, as its package does")
        need(encoder.pooling in ("patches", "cls", "mean"), f"encoder.pooling is {encoder.pooling!r}", "patches, cls or mean")
        need((encoder.pooling == "patches") == (model.layout == "patches"), f"encoder.pooling {encoder.pooling} with model.layout {model.layout}", "patches go with patches, cls and mean with vector")
    need(config.image.encoding == "rgb8", f"image.encoding is {config.image.encoding}", "leave it at rgb8: that is what the encoder is given, whatever 8-bit encoding the recordings have")
    need(config.image.width % 8 == 0 and config.image.height % 8 == 0, "image sides must be multiples of 8", "scale or crop the pictures")
    targets = config.schedule.targets
    need(len(targets) > 0 and targets[0] >= 1 and list(targets) == sorted(set(targets)), f"schedule.targets is {list(targets)}", "give growing step numbers from 1")
    need(0 < config.held_out_fraction < 1, f"held_out_fraction is {config.held_out_fraction}", "give a fraction between 0 and 1")


def _check_objective(config: Config, path: Path, need: Need) -> None:
    objective = config.objective
    for what, fix in objective.problems():
        need(False, what, fix)
    for term in objective.active():
        if lacks := term.lacks(config):
            need(False, *lacks)
    need(any(term.weight for term in objective.active()), "no term of the objective has a weight", "give objective.prediction one")
    if not objective.guards():
        raise TrainingError(
            "RH-CONFIG-COLLAPSE",
            f"{path}: no term of the objective with a weight keeps latents from becoming all alike: {', '.join(term.name for term in objective.active()) or 'there is none'}",
            f"give a weight to what objective.anti_collapse: {objective.anti_collapse} is made of, or to grounding; `anti_collapse: none` says that this is meant",
        )


def _check_arm(config: Config, need: Need) -> None:
    need(config.goal == "latent" and len(config.readouts) > 0, "an arm has no place to go to", "set goal: latent, and readouts of the truth")
    rest = config.proprioception[len(config.speeds) :]
    need(config.proprioception[: len(config.speeds)] == config.speeds, "proprioception has positions before velocities", "put velocities first")
    # Encoded with a goal picture there are none: the readouts, which lean on them, would see another goal.
    need(not rest or config.goal_cost.kind != "readout", f"proprioception {rest[:1]} with goal_cost.kind readout", "goal pictures tell no angles: leave them out")
