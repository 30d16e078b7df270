"""Scans as they are: each with its own beams, from where the scanner is mounted."""

import math
from dataclasses import replace

import numpy as np
import pytest
from bag_maker import Bag, wandering

from rehearse_training.config import Robot
from rehearse_training.data.episodes import load_observations
from rehearse_training.data.path_labels import free_corridors, label_paths
from rehearse_training.data.robot_file import Pose, robot_file, scanner_pose
from rehearse_training.errors import TrainingError

# A wall at x = 0.5 in front of a body that goes along y at x = 0, looking along x.
WALL_X = 0.5


def ranges(x: float, y: float, yaw: float, mount: Pose, first: float, beams: int) -> list[float]:
    """Of a scanner on a body, to the wall."""
    from_x = x + mount.x_m * math.cos(yaw) - mount.y_m * math.sin(yaw)
    found = []
    for beam in range(beams):
        cos = math.cos(yaw + mount.yaw_rad + first + beam * 2 * math.pi / beams)
        distance = (WALL_X - from_x) / cos if cos * (WALL_X - from_x) > 1e-9 else math.inf
        found.append(distance if distance < 6 else math.inf)
    return found


def driving(mount: Pose = Pose(), beams=lambda i: 120, first=lambda i: -math.pi) -> Bag:
    """Along the wall and back through it, which a real body could not: half of the places see the others, half do not."""
    bag = Bag()
    for i in range(40):
        at = 10 + 0.1 * i
        x, y, yaw = (0.0 if i < 20 else 1.0), 0.1 * (i % 20), 0.3 * i
        bag.odometry(at, x, y, yaw, v=0.01 * i)
        bag.command(at, 0.01 * i, 0.0)
        bag.image(at, np.full((16, 16, 3), i, dtype=np.uint8))
        bag.scan(at, ranges(x, y, yaw, mount, first(i), beams(i)), angle_min=first(i))
    return bag


def sight(bag: Bag, tmp_path, config, robot: Robot = Robot()) -> np.ndarray:
    config = replace(config, robot=robot, alignment=replace(config.alignment, max_jump_m=3.0))
    observations = load_observations([bag.write(tmp_path / "a.mcap")], config, tmp_path / "cache")
    (paths,) = label_paths(observations, np.ones(len(observations.next), dtype=bool), 0.1)
    return paths.in_sight


@pytest.fixture
def expected(tmp_path, config):
    found = sight(driving(), tmp_path, config)
    half = len(found) // 2
    assert found[:half, :half].all() and not found[:half, half:].any()  # the wall is between the two halves
    return found


def test_scans_of_any_number_of_beams_are_seen_by_their_own_angles(tmp_path, config, expected):
    lengths = [119, 120, 121, 118, 122]
    uneven = driving(beams=lambda i: lengths[i % 5], first=lambda i: -math.pi + 0.05 * (i % 7))
    np.testing.assert_array_equal(sight(uneven, tmp_path, config), expected)


def robot_with(tmp_path, mount: Pose) -> Robot:
    file = tmp_path / "robot.yaml"
    file.write_text(f"schema: rehearse.robot/1\nscanner: {{ frame: base_scan, x_m: {mount.x_m}, y_m: {mount.y_m}, yaw_rad: {mount.yaw_rad} }}\n")
    return Robot(file=str(file))


@pytest.mark.parametrize("mount", [Pose(yaw_rad=math.pi / 2), Pose(yaw_rad=-2.5), Pose(0.2, -0.1, 0.7)])
def test_beams_begin_where_the_robot_file_says_that_the_scanner_is(tmp_path, config, expected, mount):
    mounted = driving(mount)
    np.testing.assert_array_equal(sight(mounted, tmp_path, config, robot_with(tmp_path, mount)), expected)
    assert (sight(mounted, tmp_path, config) != expected).any()


def test_a_point_counts_from_the_scanners_place():
    pose = np.array([[0.0, 0.0, math.pi / 2], [0.0, 1.0, 0.0]])
    one_beam = np.full((2, 1), 0.4, dtype=np.float32)
    blocked = free_corridors(pose, one_beam, np.zeros(1), 0.1)
    assert not blocked[0, 1]  # 0.4 m ahead of a body that looks along y
    aside = free_corridors(pose, one_beam, np.zeros(1), 0.1, Pose(y_m=0.15))
    assert aside[0, 1]  # 0.15 m to its left: beside the corridor


def test_the_robot_file_is_that_of_the_robots_name_unless_another_is_named(tmp_path):
    assert robot_file(Robot(name="rooms")).parts[-3:] == ("calibration", "rooms", "robot.yaml")
    assert robot_file(Robot(name="nobody")) is None
    assert robot_file(Robot(name="rooms", file="calibration/tour/robot.yaml")).parts[-2] == "tour"
    assert scanner_pose(Robot(name="rooms")) == Pose(0, 0, 0)
    assert scanner_pose(Robot(name="reacher")) == Pose()  # an arm has none


@pytest.mark.parametrize(
    ("text", "code"), [(None, "RH-ROBOT-READ"), ("scanner: [", "RH-ROBOT-YAML"), ("scanner: { x_m: 0, y_m: 0, yaw_rad: .nan }", "RH-ROBOT-SCHEMA"), ("scanner: { x_m: 0 }", "RH-ROBOT-SCHEMA")]
)
def test_a_robot_file_that_cannot_be_used_is_refused(tmp_path, text, code):
    file = tmp_path / "robot.yaml"
    if text is not None:
        file.write_text(text)
    with pytest.raises(TrainingError) as caught:
        scanner_pose(Robot(file=str(file)))
    assert caught.value.code == code


def test_beams_that_measured_nothing_close_nothing(tmp_path, config):
    bag = wandering(3.0, seed=1)
    for _, topic, _, message in bag.messages:
        if topic == "/scan":
            message.ranges = [math.inf, math.nan, 0.0, -1.0, 7.0, *message.ranges[5:]]  # nothing, and what may not be used
    observations = load_observations([bag.write(tmp_path / "a.mcap")], config, tmp_path / "cache")
    assert np.isposinf(observations.scans[:, 0]).all() and np.isnan(observations.scans[:, 1:5]).all()
    (paths,) = label_paths(observations, np.ones(len(observations.next), dtype=bool), 0.1)
    assert paths.in_sight.all()


def test_beams_too_close_to_measure_well_are_obstacles_where_they_were_measured(tmp_path, config):
    bag = wandering(3.0, seed=1)
    for _, topic, _, message in bag.messages:
        if topic == "/scan":
            message.ranges = [0.01] * 12
    observations = load_observations([bag.write(tmp_path / "a.mcap")], config, tmp_path / "cache")
    np.testing.assert_allclose(observations.scans, 0.01, rtol=1e-6)


def test_beams_too_close_to_measure_stay_what_they_are(tmp_path, config):
    bag = wandering(3.0, seed=1)
    for _, topic, _, message in bag.messages:
        if topic == "/scan":
            message.ranges = [-math.inf] * 12
    observations = load_observations([bag.write(tmp_path / "a.mcap")], config, tmp_path / "cache")
    assert np.isneginf(observations.scans).all()
    ahead = np.array([[0.0, 0.0, 0.0], [1.0, 0.0, 0.0]])
    assert not free_corridors(ahead, np.full((2, 12), -np.inf, dtype=np.float32), np.arange(12) * math.pi / 6, 0.15)[0, 1]


def test_a_robot_file_with_a_former_name_is_read_and_warned_of_once(tmp_path, capsys):
    file = tmp_path / "robot.yaml"
    file.write_text("doubt: {}\nscanner: {x_m: 0.1, y_m: 0, yaw_rad: 0}\n")
    assert [scanner_pose(Robot(file=str(file))) for _ in range(2)] == [Pose(0.1, 0, 0)] * 2
    assert capsys.readouterr().out == f"warning: {file}: the section doubt is called uncertainty now; rename it\n"
