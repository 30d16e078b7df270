"""Where a body was, with which heading and doing what: coverage of recordings, in numbers and as a picture."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from .driving import Driving

CELLS_A_SIDE = 16
HEADINGS = 8


@dataclass(frozen=True)
class Coverage:
    """Over the rectangle that was driven in, cut into cells."""

    x_m: tuple[float, float]
    y_m: tuple[float, float]
    cell_m: float
    visited: float  # share of the cells
    headings: float  # of the visited cells' headings, an eighth of a turn each, the share that was seen
    holes: int  # cells never visited with visited ones on all four sides of their row and column

    def text(self) -> str:
        size = f"{self.x_m[1] - self.x_m[0]:.1f} × {self.y_m[1] - self.y_m[0]:.1f} m"
        return (
            f"places: {size}, {100 * self.visited:.0f} % of its cells of {self.cell_m:.2f} m visited, with {100 * self.headings:.0f} % of the headings there; "
            f"{self.holes} cells within are holes, where a model knows nothing"
        )

    def facts(self) -> dict[str, Any]:
        return {
            "xM": list(self.x_m),
            "yM": list(self.y_m),
            "cellM": self.cell_m,
            "visited": round(self.visited, 4),
            "headings": round(self.headings, 4),
            "holes": self.holes,
        }


def coverage_of(drivings: list[Driving]) -> Coverage | None:
    """None of an arm, or where no place was measured."""
    places = _places(drivings)
    if len(places) == 0:
        return None
    seen, low, cell = _cells(places)
    count = seen.sum(axis=2)
    visited = count > 0
    high = places[:, :2].max(axis=0)
    return Coverage(
        x_m=(round(float(low[0]), 3), round(float(high[0]), 3)),
        y_m=(round(float(low[1]), 3), round(float(high[1]), 3)),
        cell_m=round(cell, 4),
        visited=float(visited.mean()),
        headings=float((seen[visited] > 0).mean()),
        holes=int(_holes(visited).sum()),
    )


def _places(drivings: list[Driving]) -> np.ndarray:
    places = [d.places[np.isfinite(d.places).all(axis=1)] for d in drivings if len(d.places)]
    return np.concatenate(places) if places else np.zeros((0, 3))


def _cells(places: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
    """-> pictures by cell and heading [columns, rows, headings]; the rectangle's corner; the size of a cell, m"""
    low, high = places[:, :2].min(axis=0), places[:, :2].max(axis=0)
    cell = max(float((high - low).max()) / CELLS_A_SIDE, 1e-3)
    sizes = np.maximum(1, np.ceil((high - low) / cell - 1e-9).astype(int))
    at = np.minimum(((places[:, :2] - low) / cell).astype(int), sizes - 1)
    heading = np.floor((places[:, 2] + np.pi) / (2 * np.pi) * HEADINGS).astype(int) % HEADINGS
    seen = np.zeros((*sizes, HEADINGS), dtype=int)
    np.add.at(seen, (at[:, 0], at[:, 1], heading), 1)
    return seen, low, cell


def _holes(visited: np.ndarray) -> np.ndarray:
    def before(axis: int, backward: bool) -> np.ndarray:
        flipped = np.flip(visited, axis) if backward else visited
        met = np.maximum.accumulate(flipped, axis=axis)
        return np.flip(met, axis) if backward else met

    return ~visited & before(0, False) & before(0, True) & before(1, False) & before(1, True)


WIDTH, HEIGHT, EDGE, MAP = 900, 560, 40, 400
INK, FAINT, PAPER = (32, 32, 36), (210, 210, 214), (255, 255, 255)
# From few to many pictures: dark blue over green to yellow, which eyes of any kind can order.
SCALE = np.array([(68, 1, 84), (59, 82, 139), (33, 145, 140), (94, 201, 98), (253, 231, 37)], dtype=float)


def draw(drivings: list[Driving], axes: list[str], title: str, file: Path) -> None:
    """A map of pictures by place, with the headings of each cell, and histograms of commands and of measured velocities."""
    image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    pen = ImageDraw.Draw(image)
    pen.text((EDGE, 12), title, fill=INK)
    places = _places(drivings)
    if len(places):
        _draw_map(pen, places)
    for i, name in enumerate(axes[:3]):
        _draw_histogram(pen, (2 * EDGE + MAP + 20, EDGE + 10 + i * 165), name, [(d.commands[:, i], d.velocities[:, i]) for d in drivings])
    image.save(file)


def _draw_map(pen: ImageDraw.ImageDraw, places: np.ndarray) -> None:
    seen, low, cell = _cells(places)
    count = seen.sum(axis=2)
    side = MAP / CELLS_A_SIDE
    most = np.log1p(count.max())
    for column, row in np.ndindex(count.shape):
        x0, y0 = EDGE + column * side, EDGE + 10 + MAP - (row + 1) * side
        box = (x0, y0, x0 + side - 1, y0 + side - 1)
        if count[column, row] == 0:
            pen.rectangle(box, outline=FAINT)
            continue
        pen.rectangle(box, fill=_colour(np.log1p(count[column, row]) / most))
        for heading in np.flatnonzero(seen[column, row]):
            angle = (heading + 0.5) / HEADINGS * 2 * np.pi - np.pi
            middle = (x0 + side / 2, y0 + side / 2)
            pen.line((*middle, middle[0] + 0.4 * side * np.cos(angle), middle[1] - 0.4 * side * np.sin(angle)), fill=PAPER)
    high = low + np.array(count.shape) * cell
    pen.text((EDGE, EDGE + 16 + MAP), f"x from {low[0]:.2f} to {high[0]:.2f} m, y from {low[1]:.2f} (below) to {high[1]:.2f} m; cells of {cell:.2f} m", fill=INK)
    pen.text((EDGE, EDGE + 32 + MAP), f"colour: pictures in a cell, 1 to {int(count.max())}; lines: headings seen there; empty: never there", fill=INK)


def _draw_histogram(pen: ImageDraw.ImageDraw, at: tuple[float, float], name: str, series: list[tuple[np.ndarray, np.ndarray]]) -> None:
    x, y, width, height = *at, 340, 110
    commands, velocities = (np.concatenate([pair[k] for pair in series]) if series else np.zeros(0) for k in (0, 1))
    edges = np.linspace(-1.25, 1.25, 26)
    pen.text((x, y), f"{name}: commands (filled), measured (line); fractions of its half range", fill=INK)
    counts = [np.histogram(np.clip(values[np.isfinite(values)], -1.2, 1.2), edges)[0] for values in (commands, velocities)]
    most = max(1, *(int(count.max()) for count in counts))
    bar = width / (len(edges) - 1)
    base = y + 20 + height
    for i, count in enumerate(counts[0]):
        pen.rectangle((x + i * bar, base - height * count / most, x + (i + 1) * bar - 1, base), fill=tuple(int(c) for c in SCALE[2]))
    points = [(x + (i + 0.5) * bar, base - height * count / most) for i, count in enumerate(counts[1])]
    pen.line(points, fill=INK, width=2)
    for value in (-1, 0, 1):
        left = x + (value + 1.25) / 2.5 * width
        pen.line((left, base, left, base + 4), fill=INK)
        pen.text((left - 6, base + 6), f"{value}", fill=INK)


def _colour(share: float) -> tuple[int, int, int]:
    at = share * (len(SCALE) - 1)
    low = min(int(at), len(SCALE) - 2)
    r, g, b = SCALE[low] + (at - low) * (SCALE[low + 1] - SCALE[low])
    return int(r), int(g), int(b)
