"""How far is it from one visited place to another? Hindsight from a recording: odometry and scans, no map.

Two visited poses are joined by a straight edge when each one's scan shows the corridor to the other free, and when they follow one
another in time. The shortest path over these edges is the label.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .episodes import Observations
from .robot_file import Pose

NODE_STEPS = 2  # model steps between two nodes: 0.4 s


@dataclass(frozen=True)
class Paths:
    """The visited places of one episode."""

    rows: np.ndarray  # int64 [nodes]
    position: np.ndarray  # float32 [nodes, 2], metres
    metres: np.ndarray  # float32 [nodes, nodes]; inf: no way known
    in_sight: np.ndarray  # bool [nodes, nodes]: a straight way


def label_paths(observations: Observations, rows: np.ndarray, half_width_m: float) -> list[Paths]:
    """@param rows mask of rows; whole episodes. @returns one entry an episode"""
    paths = []
    step = np.median((observations.next - np.arange(len(observations.next)))[observations.next >= 0])
    stride = max(1, round(NODE_STEPS * float(step)))
    chosen = np.flatnonzero(rows)
    for episode in np.split(chosen, np.flatnonzero(np.diff(observations.episode[chosen])) + 1):
        nodes = episode[::stride]
        pose = observations.pose[nodes].astype(np.float64)
        sight = free_corridors(pose, observations.scans[nodes], observations.beam_angles_rad(nodes), half_width_m, observations.scanner)
        sight &= sight.T
        paths.append(Paths(nodes, pose[:, :2].astype(np.float32), shortest_paths(pose[:, :2], sight), sight))
    return paths


def free_corridors(pose: np.ndarray, scans: np.ndarray, angles_rad: np.ndarray, half_width_m: float, scanner: Pose = Pose()) -> np.ndarray:
    """
    pose [n, (x, y, yaw)], scans [n, beams] in metres, angles_rad of their beams in the scanner's frame [n, beams], or [beams] where they are alike
    -> bool [n, n]: the scan at i has no point in the corridor from i to j. A pose whose scan is missing (NaN throughout) sees nothing but itself.
    """
    count = len(pose)
    yaw = pose[:, 2:3]
    heading = yaw + (angles_rad + scanner.yaw_rad)  # [n, beams]
    # What is too close to measure begins at the footprint's edge, or anywhere before range_min.
    reach = np.where(np.isneginf(scans), half_width_m, np.where(np.isfinite(scans), scans, 1e9))
    mounted_x = scanner.x_m * np.cos(yaw) - scanner.y_m * np.sin(yaw)  # [n, 1]
    mounted_y = scanner.x_m * np.sin(yaw) + scanner.y_m * np.cos(yaw)
    points_x = (mounted_x + reach * np.cos(heading)).astype(np.float32)  # from pose i
    points_y = (mounted_y + reach * np.sin(heading)).astype(np.float32)
    way = (pose[None, :, :2] - pose[:, None, :2]).astype(np.float32)  # [i, j, 2]
    distance = np.hypot(way[..., 0], way[..., 1])
    unit = way / np.maximum(distance, 1e-9)[..., None]
    free = np.zeros((count, count), dtype=bool)
    for i in range(count):
        along = unit[i, :, 0:1] * points_x[i] + unit[i, :, 1:2] * points_y[i]  # [j, beams]
        across = unit[i, :, 0:1] * points_y[i] - unit[i, :, 1:2] * points_x[i]
        inside = (along > 0) & (along < distance[i, :, None]) & (np.abs(across) < half_width_m)
        free[i] = ~inside.any(axis=1)
    free[np.isnan(scans).all(axis=1)] = False
    np.fill_diagonal(free, True)
    return free


def shortest_paths(position: np.ndarray, sight: np.ndarray) -> np.ndarray:
    """position [n, 2], sight bool [n, n] -> metres [n, n] float32 (Floyd and Warshall); consecutive places are always joined"""
    count = len(position)
    straight = np.hypot(*(position[:, None] - position[None]).transpose(2, 0, 1))
    joined = sight.copy()
    step = np.arange(count - 1)
    joined[step, step + 1] = joined[step + 1, step] = True
    metres = np.where(joined, straight, np.inf).astype(np.float32)
    np.fill_diagonal(metres, 0.0)
    for via in range(count):
        np.minimum(metres, metres[:, via, None] + metres[via], out=metres)
    return metres
