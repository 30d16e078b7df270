"""The command line: `rehearse train [train] BAGS …`, `rehearse train heads|export|compare|fixture …`."""

from __future__ import annotations

import argparse
import shlex
import sys
from pathlib import Path

from .errors import TrainingError

DEFAULT_CONFIG = Path(__file__).parent.parent / "configs" / "rooms.yaml"

COMMANDS = ["bag", "train", "heads", "export", "proposals", "hindsight", "compare", "fixture"]


def main(argv: list[str] | None = None) -> int:
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments and not arguments[0].startswith("-") and arguments[0] not in COMMANDS:
        arguments.insert(0, "train")  # `rehearse train BAGS …`
    options = parser().parse_args(arguments or ["--help"])
    try:
        return options.run(options, arguments) or 0
    except TrainingError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("stopped; the same command goes on from the last checkpoint", file=sys.stderr)
        return 130
    return 0


def parser() -> argparse.ArgumentParser:
    root = argparse.ArgumentParser(prog="rehearse train", description="Train a world model from rosbag2 MCAP recordings and export it to ONNX.")
    commands = root.add_subparsers(required=True, metavar="COMMAND")

    bag = commands.add_parser("bag", help="what recordings hold, and whether they teach anything: rates, gaps, coverage, commands against motion, verdict")
    bag.add_argument("bags", type=Path, nargs="+", help="rosbag2 folders or .mcap files")
    bag.add_argument("--config", type=Path, help="of the training that they are for; default: topics and axes of configs/rooms.yaml, pictures of any size")
    bag.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a setting in place of the configuration's, e.g. topics.image=/camera/image_raw; may be repeated")
    bag.add_argument("--json", action="store_true", help="one JSON object on standard output instead of text")
    bag.add_argument("--picture", type=Path, metavar="FILE", help="a PNG of where it was, with which headings, and of commands and speeds")
    bag.set_defaults(run=_bag)

    train = commands.add_parser("train", help="everything: bags to model folder; goes on where an earlier run stopped")
    _data(train)
    train.add_argument("--out", type=Path, required=True, help="the model folder to write, e.g. models/rooms/base")
    train.set_defaults(run=_train)

    heads = commands.add_parser("heads", help="readouts, cost to go, decoder and export for the run's newest checkpoint, finished or not")
    _data(heads)
    heads.add_argument("--out", type=Path, required=True, help="the model folder to write")
    heads.add_argument("--heads", type=Path, help="folder for the heads' own checkpoints (default: none kept)")
    heads.set_defaults(run=_heads)

    export = commands.add_parser("export", help="write the model folder of a run whose stages are all done, without training anything")
    _data(export)
    export.add_argument("--out", type=Path, required=True, help="the model folder to write")
    export.set_defaults(run=_export)

    proposals = commands.add_parser("proposals", help="a head that proposes plans, from files of `rehearse collect-plans`; added to a finished model folder")
    proposals.add_argument("plans", type=Path, nargs="+", help="files of plans")
    proposals.add_argument("--model", type=Path, required=True, help="the model folder that made the plans, and gets the head")
    proposals.add_argument("--seed", type=int, default=0, help="of everything random; default: %(default)s")
    proposals.add_argument("--steps", type=int, help="training steps, instead of the usual")
    proposals.add_argument("--threads", type=int, default=2, help="default: %(default)s")
    proposals.set_defaults(run=_proposals)

    hindsight = commands.add_parser("hindsight", help="a head that proposes plans for goal pictures, as the recordings went; added to a finished model folder")
    _data(hindsight, steps_of="the head")
    hindsight.add_argument("--model", type=Path, required=True, help="the model folder that gets the head")
    hindsight.set_defaults(run=_hindsight)

    compare = commands.add_parser("compare", help="training objectives and sizes: same data, seeds and steps; prints a table of collapse, errors, and driving")
    _data(compare)
    compare.add_argument("--out", type=Path, required=True, help="the Markdown file to write the table to")
    compare.add_argument("--only", nargs="+", metavar="VARIANT", help="some of the variants (experiments/variants.py); default: all")
    compare.add_argument("--seeds", type=int, nargs="+", help="a row for each, instead of one for --seed")
    compare.add_argument("--episodes", type=int, default=40, help="driven with each model in the embedded world; 0: none; default: %(default)s")
    compare.add_argument("--first-episode", type=int, default=3000, metavar="SEED", help="the first episode's seed; default: %(default)s")
    compare.set_defaults(run=_compare)

    fixture = commands.add_parser("fixture", help="a tiny model folder with random weights, for tests")
    fixture.add_argument("--out", type=Path, required=True)
    fixture.add_argument("--config", type=Path, default=DEFAULT_CONFIG)
    fixture.add_argument("--seed", type=int, default=0)
    fixture.add_argument("--layout", choices=["vector", "patches"], default="vector", help="of the latent; default: %(default)s")
    fixture.set_defaults(run=_fixture)
    return root


def _data(command: argparse.ArgumentParser, steps_of: str = "the world model") -> None:
    command.add_argument("bags", type=Path, nargs="+", help="rosbag2 folders or .mcap files")
    command.add_argument("--config", type=Path, default=DEFAULT_CONFIG, metavar="FILE", help="or a robot's folder, with training.yaml in it; default: %(default)s")
    command.add_argument("--seed", type=int, default=0, help="of everything random; default: %(default)s")
    command.add_argument("--steps", type=int, help=f"training steps of {steps_of}, instead of the configuration's")
    command.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a setting in place of the configuration's, e.g. refinement.steps=4000; may be repeated")
    command.add_argument("--robot", metavar="FILE", help="the robot file, which says where the scanner is mounted, instead of the configuration's robot.file")
    command.add_argument("--threads", type=int, help="instead of the configuration's; results repeat bit for bit only with the same number")
    command.add_argument("--runs", type=Path, help="folder for checkpoints and log; default: runs/<world>-<name>-<seed>")
    command.add_argument("--cache", type=Path, default=Path(".cache/training"), help="folder for decoded bags; default: %(default)s")
    command.add_argument("--resume", action="store_true", help="go on from the run's checkpoints: what happens anyway, unless --fresh")
    command.add_argument("--fresh", action="store_true", help="start anew instead of going on from the run's checkpoints")


def _run(options: argparse.Namespace, arguments: list[str]):  # -> pipeline.Run; torch is imported only now, so that --help is quick
    from dataclasses import replace
    import shutil

    from .config import load_config
    from .pipeline import Run, with_steps

    config = load_config(options.config, options.set)
    if options.steps is not None:
        config = with_steps(config, options.steps)
    if options.robot is not None:
        config = replace(config, robot=replace(config.robot, file=options.robot))
    if options.threads is not None:
        config = replace(config, threads=options.threads)
    runs = options.runs or Path("runs") / f"{config.world}-{config.name}-{options.seed}"
    if options.fresh:
        shutil.rmtree(runs, ignore_errors=True)
    command = "./rehearse train " + shlex.join(arguments[1:] if arguments[0] == "train" else arguments)
    return Run(options.bags, config, options.seed, runs, options.cache, command)


def _bag(options: argparse.Namespace, arguments: list[str]) -> int:
    from .config import load_config
    from .data.inspect import inspect, json_of, last_line, picture_of, text_of
    from .data.teaching import USELESS

    config = load_config(options.config or DEFAULT_CONFIG, options.set)
    reports, drivings = inspect(options.bags, config, as_recorded=options.config is None)
    if options.picture is not None:
        picture_of(reports, drivings, config, options.picture)
    print(json_of(reports) if options.json else "\n".join([*(line for report in reports for line in text_of(report)), last_line(reports)]))
    return 1 if any(report.verdict == USELESS for report in reports) else 0


def _train(options: argparse.Namespace, arguments: list[str]) -> None:
    run = _run(options, arguments)
    from .pipeline import train

    train(run, options.out)


def _heads(options: argparse.Namespace, arguments: list[str]) -> None:
    import tempfile
    from dataclasses import replace

    run = _run(options, arguments)
    from .pipeline import finish, load_world_model, start

    data = start(run)
    world_model, pretraining = load_world_model(run, data)
    with tempfile.TemporaryDirectory() as scratch:
        finish(replace(run, runs=options.heads or Path(scratch)), data, world_model, pretraining, options.out)


def _export(options: argparse.Namespace, arguments: list[str]) -> None:
    run = _run(options, arguments)
    from .pipeline import stages_of, train

    missing = [stage for stage in stages_of(run.config) if not (run.runs / f"{stage}.pt").exists()]
    if missing:
        raise TrainingError("RH-TRAIN-UNFINISHED", f"{run.runs} lacks {', '.join(missing)}", "run `rehearse train` to its end first")
    train(run, options.out)


def _proposals(options: argparse.Namespace, arguments: list[str]) -> None:
    import torch

    from .add_proposals import add_head_of_plans

    torch.set_num_threads(options.threads)
    add_head_of_plans(options.model, options.plans, options.seed, options.steps, "./rehearse train " + shlex.join(arguments))


def _hindsight(options: argparse.Namespace, arguments: list[str]) -> None:
    from dataclasses import replace

    run = _run(options, arguments)
    config = run.config
    if options.steps is not None:
        config = replace(config, hindsight=replace(config.hindsight, steps=options.steps))
    from .add_proposals import add_head_of_recordings
    from .pipeline import start

    data = start(run)
    add_head_of_recordings(options.model, data.pictured, data.training, data.held_out, config, run.seed, run.command)


def _compare(options: argparse.Namespace, arguments: list[str]) -> None:
    run = _run(options, arguments)
    from .experiments.compare import Drive, compare
    from .experiments.variants import VARIANTS

    only = options.only or list(VARIANTS)
    if unknown := [name for name in only if name not in VARIANTS]:
        raise TrainingError("RH-CONFIG-VALUE", f"there is no variant {', '.join(unknown)}", f"choose from: {', '.join(VARIANTS)}")
    compare(run, options.seeds or [options.seed], only, Drive(options.episodes, options.first_episode), options.out)


def _fixture(options: argparse.Namespace, arguments: list[str]) -> None:
    from .config import load_config
    from .export.fixture import CELLS, SIZE, write_fixture

    write_fixture(options.out, load_config(options.config), options.seed, CELLS if options.layout == "patches" else SIZE)


