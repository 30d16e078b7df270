"""Which networks there are, and how large."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class FrozenEncoder:
    """What pictures are seen with. `trained`: an encoder of our own, from scratch; `timm`, `transformers`: a published model, frozen, under a trained projection.

    `weights`: a file (timm) or folder (transformers) on this machine; none: the hub's cache. `layer` as those packages count them, -1: the last.
    `pooling`: `patches` with `model.layout: patches` (averaged to `model.cells` a side), `cls` or `mean` with `vector`. `side`: pixels, 0: its own.
    """

    kind: str = "trained"
    name: str = ""
    weights: str = ""
    layer: int = -1
    pooling: str = "patches"
    side: int = 0


@dataclass(frozen=True)
class ModelSize:
    # `vector`: the picture becomes `image_latent` numbers; `patches`: `cells` × `cells` cells of `cell_channels` each; `field`: a number of particles in each cell.
    layout: str = "vector"
    image_latent: int = 64
    cells: int = 8
    cell_channels: int = 8
    patch_channels: int = 48
    merge_channels: int = 64
    encoder_hidden: int = 128
    # `mlp` takes the latent as one vector; `cells` mixes the cells of `patches`; `field` is of the layout of that name; `object_centric` takes control periods one by one, and places as `frame` sees them.
    predictor: str = "mlp"
    # Of `mlp`: frames that it looks back to, one model step apart, the present one among them; for what a single observation does not tell, as speeds that are not measured.
    context: int = 1
    # Of `object_centric`: the body whose place, and angle if it has one, the others are seen from.
    frame: str = ""
    # Fourier features: sines and cosines of places as the frame sees them, by so many wavelengths, each half of the one before; 0: none.
    fourier_features: int = 0
    # With Fourier features: the body that commands drive.
    actuated_body: str = ""
    # `layout: field`: the points in the truth (`grain` for `grain.0.x`, `grain.0.y`, ...) whose number at each of cells × cells nodes is the latent, one node a
    # square of 2 × 2 pixels; the side of what the picture shows, m; and the nodes, along a side, around the actuated body that can change in a control period.
    particles: str = ""
    view_m: float = 1.0
    window: int = 9
    predictor_hidden: int = 256
    predictor_blocks: int = 2
    head_hidden: int = 128
    decoder_channels: int = 48
