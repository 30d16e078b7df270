import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
from bag_maker import Bag, wandering

from rehearse_training.data import episodes
from rehearse_training.data.align import align
from rehearse_training.data.episodes import load_observations
from rehearse_training.data.recording import read_recording
from rehearse_training.errors import TrainingError


def drive(times: list[float], x_of=lambda t: 0.0, yaw_of=lambda t: 0.0) -> Bag:
    """Pictures at the times given; odometry at 20 Hz throughout."""
    bag = Bag()
    for i, at in enumerate(times):
        bag.image(at, np.full((16, 16, 3), i, dtype=np.uint8))
    for tick in range(math.ceil((times[-1] - times[0]) * 20 - 1e-6) + 1):
        at = times[0] + tick * 0.05
        bag.odometry(at, x_of(at), 0.0, yaw_of(at), v=0.1 * tick)
    return bag


def aligned(bag: Bag, tmp_path, config):
    return align(read_recording(bag.write(tmp_path / "a.mcap"), config), config).sequences


def normalised(v: float, w: float) -> list[float]:
    return [(v + 0.3) / 0.9 * 2 - 1, w / 2]


def test_a_block_holds_the_commands_of_its_own_step(tmp_path, config):
    bag = drive([10.0, 10.1, 10.2, 10.3, 10.4])
    for tick in range(8):
        bag.command(10.0 + tick * 0.05, 0.05 * tick, -0.2 * tick)
    (sequence,) = aligned(bag, tmp_path, config)
    wanted = [number for tick in range(4) for number in normalised(0.05 * tick, -0.2 * tick)]
    np.testing.assert_allclose(sequence["action"][0], wanted, atol=1e-6)
    # The picture two ticks later: the same, two ticks on.
    wanted = [number for tick in range(2, 6) for number in normalised(0.05 * tick, -0.2 * tick)]
    np.testing.assert_allclose(sequence["action"][1], wanted, atol=1e-6)
    assert sequence["next"].tolist() == [2, 3, 4, -1, -1]


def test_a_command_is_held_and_counts_as_zero_after_half_a_second(tmp_path, config):
    times = [10 + 0.1 * i for i in range(11)]
    bag = drive(times)
    bag.command(10.0, 0.3, 1.0)
    (sequence,) = aligned(bag, tmp_path, config)
    held, stopped = normalised(0.3, 1.0), normalised(0.0, 0.0)
    np.testing.assert_allclose(sequence["action"][3], held * 4, atol=1e-6)
    np.testing.assert_allclose(sequence["action"][4], held * 2 + stopped * 2, atol=1e-6)  # from 10.4; the command dies at 10.5
    np.testing.assert_allclose(sequence["action"][5], stopped * 4, atol=1e-6)


def test_before_the_first_command_the_robot_was_told_nothing(tmp_path, config):
    bag = drive([10.0, 10.2])
    bag.command(10.1, 0.6, 2.0)
    (sequence,) = aligned(bag, tmp_path, config)
    np.testing.assert_allclose(sequence["action"][0], normalised(0, 0) * 2 + [1, 1] * 2, atol=1e-6)


def test_commands_beyond_the_range_are_clipped(tmp_path, config):
    bag = drive([10.0, 10.2])
    bag.command(10.0, 5.0, -9.0)
    (sequence,) = aligned(bag, tmp_path, config)
    assert sequence["action"][0].tolist() == [1, -1] * 4


def test_odometry_is_interpolated_at_the_pictures_time_across_the_turn_of_yaw(tmp_path, config):
    times = [10.0, 10.12, 10.2]
    bag = drive(times, x_of=lambda t: 0.5 * (t - 10), yaw_of=lambda t: math.pi - 0.11 + (t - 10))
    bag.command(10.0, 0, 0)
    (sequence,) = aligned(bag, tmp_path, config)
    np.testing.assert_allclose(sequence["pose"][1], [0.06, 0, 0.01 - math.pi], atol=1e-6)
    np.testing.assert_allclose(sequence["proprioception"][1], [0.24, 0], atol=1e-6)
    with_pose = replace(config, proprioception=("linear.x", "robot.x", "robot.y", "robot.yaw.cos", "robot.yaw.sin"))
    (sequence,) = aligned(bag, tmp_path, with_pose)
    np.testing.assert_allclose(sequence["proprioception"][1], [0.24, 0.06, 0, math.cos(0.01 - math.pi), math.sin(0.01 - math.pi)], atol=1e-6)
    assert (with_pose.speeds, config.takes_pose) == (("linear.x",), False)


def test_the_next_picture_must_be_near_one_step_later(tmp_path, config):
    bag = drive([10.0, 10.19, 10.30, 10.415])
    bag.command(10.0, 0, 0)
    (sequence,) = aligned(bag, tmp_path, config)
    assert sequence["next"].tolist() == [1, 3, -1, -1]  # 10.19 + 0.2 is near 10.415; 10.30 + 0.2 is too far from anything


def test_gaps_and_jumps_begin_new_sequences(tmp_path, config):
    times = [10.0, 10.1, 10.2, 11.0, 11.1, 11.2, 11.3]
    bag = drive(times, x_of=lambda t: 0.0 if t < 11.15 else 1.0)
    bag.command(10.0, 0, 0)
    sequences = aligned(bag, tmp_path, config)
    assert [len(s["next"]) for s in sequences] == [3, 2, 2]


def test_pictures_without_odometry_around_them_are_left_out(tmp_path, config):
    bag = drive([10.0, 10.1, 10.2])
    bag.image(9.9, np.zeros((16, 16, 3), dtype=np.uint8))
    bag.image(10.3, np.zeros((16, 16, 3), dtype=np.uint8))
    bag.command(10.0, 0, 0)
    (sequence,) = aligned(bag, tmp_path, config)
    assert sequence["image_row"].tolist() == [1, 2, 3]


def test_the_cache_gives_the_same_and_windows_stay_inside_episodes(tmp_path, config):
    bags = tmp_path / "bags"
    bags.mkdir()
    for i in range(3):
        wandering(2.0, seed=i).write(bags / f"{i}.mcap")
    first = load_observations([bags], config, tmp_path / "cache")
    again = load_observations([bags], config, tmp_path / "cache")
    assert first.episodes == 3 and first.bags == 3
    for name in ("images", "pose", "action", "next", "scans"):
        np.testing.assert_array_equal(getattr(first, name), getattr(again, name))
    training, held_out = first.split(0.3, seed=0)
    assert not (training & held_out).any() and (training | held_out).all()
    assert len(np.unique(first.episode[held_out])) == 1
    rows = first.follow(first.windows(training, 4), 4)
    assert (rows[:, 1:] > rows[:, :-1]).all()
    assert (first.episode[rows] == first.episode[rows[:, :1]]).all()
    assert training[rows].all()


def test_two_trainings_at_once_read_the_bags_once(tmp_path, config, monkeypatch):
    bags = wandering(2.0, seed=0).write(tmp_path / "a.mcap")
    read, assemble = [], episodes.assemble
    monkeypatch.setattr(episodes, "assemble", lambda *given: (read.append(given), assemble(*given)))
    with ThreadPoolExecutor(3) as pool:
        found = list(pool.map(lambda _: load_observations([bags], config, tmp_path / "cache"), range(3)))
    assert len(read) == 1
    for one in found:
        assert np.array_equal(one.images, found[0].images) and np.array_equal(one.action, found[0].action)
