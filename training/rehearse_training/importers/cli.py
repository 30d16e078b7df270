"""The command line: `rehearse import dino-wm|lewm CHECKPOINT --config FILE --out FOLDER`."""

from __future__ import annotations

import argparse
import shlex
import sys
from pathlib import Path

from ..errors import TrainingError


def main(argv: list[str] | None = None) -> int:
    arguments = list(sys.argv[1:] if argv is None else argv)
    options = parser().parse_args(arguments or ["--help"])
    try:
        _import(options, "./rehearse import " + shlex.join(arguments))
    except TrainingError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def parser() -> argparse.ArgumentParser:
    root = argparse.ArgumentParser(prog="rehearse import", description="Turn a world model that others trained into a model folder.")
    kinds = root.add_subparsers(required=True, metavar="MODEL", dest="kind")
    for kind, help in (("dino-wm", "a checkpoint of gaoyuezhou/dino_wm"), ("lewm", "a checkpoint of lucas-maes/le-wm or of stable-worldmodel's LeWM")):
        command = kinds.add_parser(kind, help=help, description=f"Import {help}.")
        command.add_argument("checkpoint", type=Path, help="the file with its weights")
        command.add_argument("--config", type=Path, required=True, help="the robot's side: axes, units, normalisation, arena (docs/reference/model-folder.md)")
        command.add_argument("--source-config", type=Path, help="the configuration it was trained with; default: the one that lies with the checkpoint")
        command.add_argument("--out", type=Path, required=True, help="the model folder to write")
        if kind == "dino-wm":
            command.add_argument("--encoder", type=Path, help="weights of its frozen DINOv2; default: the checkpoint's own, or those in torch's hub folder")
            command.add_argument("--no-decoder", action="store_true", help="leave its picture decoder out")
    return root


def _import(options: argparse.Namespace, command: str) -> None:
    from .folder import write_imported
    from .importing import load_dino_wm, load_lewm
    from .model import adapt
    from .settings import load_settings

    settings = load_settings(options.config)
    if options.kind == "dino-wm":
        model, source = load_dino_wm(options.checkpoint, options.source_config, options.encoder, not options.no_decoder, settings)
    else:
        model, source = load_lewm(options.checkpoint, options.source_config, settings)
    imported = adapt(model, settings)
    manifest = write_imported(options.out, imported, source, command)
    size = sum(file.stat().st_size for file in options.out.iterdir()) / 1e6
    worst = max(manifest["training"]["parity"]["largest_difference"].values())
    print(f"model    {options.out}: {size:.1f} MB; latent {manifest['latent']}; graphs differ from PyTorch by {worst:.1e} at most")
    if not manifest["surprise"]["measured"]:
        print("warning  no step errors are known: this model is never surprised (step_error in --config)", file=sys.stderr)

