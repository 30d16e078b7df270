import math

import numpy as np
import pytest

from rehearse_training.data.path_labels import free_corridors, shortest_paths

ANGLES = -np.pi + np.arange(120) * 2 * np.pi / 120
# A wall of 0.2 m, x in [-0.1, 0.1], up to y = 1: the way round is over its top. A box of 8 m around it all.
WALL = [((-0.1, -4.0), (-0.1, 1.0)), ((0.1, -4.0), (0.1, 1.0)), ((-0.1, 1.0), (0.1, 1.0))]
BOX = [((-4, -4), (4, -4)), ((4, -4), (4, 4)), ((4, 4), (-4, 4)), ((-4, 4), (-4, -4))]


def scan(x: float, y: float, yaw: float) -> np.ndarray:
    """Ranges by the crossing of each beam with each wall."""
    ranges = []
    for angle in ANGLES + yaw:
        c, s = math.cos(angle), math.sin(angle)
        hits = []
        for (ax, ay), (bx, by) in WALL + BOX:
            # along the beam: x + r c = ax + u (bx - ax), and so for y
            determinant = c * (ay - by) - s * (ax - bx)
            if abs(determinant) > 1e-12:
                r = ((ax - x) * (ay - by) - (ay - y) * (ax - bx)) / determinant
                u = (c * (ay - y) - s * (ax - x)) / determinant
                if r > 0 and -1e-9 <= u <= 1 + 1e-9:
                    hits.append(r)
        ranges.append(min(hits))
    return np.array(ranges, dtype=np.float32)


def u_shape() -> np.ndarray:
    """Up on the left of the wall, over its top, down on the right; 0.25 m apart, with a heading that turns all the time."""
    left = [(-1.0, y) for y in np.arange(-2, 2.01, 0.25)]
    over = [(x, 2.0) for x in np.arange(-0.75, 1.01, 0.25)]
    right = [(1.0, y) for y in np.arange(1.75, -2.01, -0.25)]
    return np.array([(x, y, 0.7 * i) for i, (x, y) in enumerate(left + over + right)])


def test_a_wall_between_two_places_closes_the_corridor():
    pose = u_shape()
    scans = np.stack([scan(*p) for p in pose])
    sight = free_corridors(pose, scans, ANGLES, 0.15)
    at = {(round(x, 2), round(y, 2)): i for i, (x, y, _) in enumerate(pose)}
    assert sight[at[-1.0, -2.0], at[-1.0, 2.0]]
    assert sight[at[-1.0, 1.5], at[1.0, 1.5]]  # over the top of the wall
    assert not sight[at[-1.0, -2.0], at[1.0, -2.0]]
    assert not sight[at[-1.0, 1.0], at[1.0, 1.0]]  # would graze the wall's top
    assert sight.diagonal().all()


def test_the_label_is_the_way_round_the_wall():
    pose = u_shape()
    scans = np.stack([scan(*p) for p in pose])
    sight = free_corridors(pose, scans, ANGLES, 0.15)
    metres = shortest_paths(pose[:, :2], sight & sight.T)
    # From foot to foot over visited places only: by the one in the middle of the top, or by the two beside it.
    assert 2 * math.hypot(1, 4) - 1e-3 <= metres[0, -1] <= 2 * math.hypot(0.75, 4) + 0.5 + 1e-3
    assert metres[0, 4] == pytest.approx(1.0, abs=1e-5)
    np.testing.assert_allclose(metres, metres.T)


def test_without_scans_only_the_driven_way_counts():
    pose = np.array([[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]], dtype=float)
    sight = free_corridors(pose, np.full((4, 120), np.nan, dtype=np.float32), ANGLES, 0.15)
    assert (sight == np.eye(4, dtype=bool)).all()
    metres = shortest_paths(pose[:, :2], sight)
    assert metres[0].tolist() == [0, 1, 2, 3]


def test_beams_that_see_nothing_close_nothing():
    pose = np.array([[0, 0, 0], [3, 0, 0]], dtype=float)
    assert free_corridors(pose, np.full((2, 120), np.inf, dtype=np.float32), ANGLES, 0.15).all()
