"""What a recording lacks, or has broken: refused where it cannot teach, else left out, and said."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from bag_maker import Bag, twist, wandering

from rehearse_training.data.assemble import REPORT
from rehearse_training.data.episodes import load_observations
from rehearse_training.data.usage import Usage
from rehearse_training.errors import TrainingError


def folder_of(tmp_path: Path, bags: dict[str, Bag], split: bool = False) -> Path:
    """One rosbag2 folder; with `split`, one recording in several files."""
    folder = tmp_path / "bag"
    folder.mkdir()
    for name, bag in bags.items():
        bag.write(folder / name)
    if split:
        (folder / "metadata.yaml").write_text(f"rosbag2_bagfile_information:\n  relative_file_paths: [{', '.join(bags)}]\n")
    return folder


def without(bag: Bag, *topics: str, since: float = 0.0) -> Bag:
    return Bag([m for m in bag.messages if m[1] not in topics or m[0] < since])


def halves(bag: Bag, at: float) -> tuple[Bag, Bag]:
    return Bag([m for m in bag.messages if m[0] < at]), Bag([m for m in bag.messages if m[0] >= at])


def shifted(bag: Bag, topic: str, by_s: int) -> Bag:
    """The stamps of a topic by another clock, recorded when they were."""
    for _, name, _, message in bag.messages:
        if name == topic:
            message.header.stamp.sec += by_s
    return bag


def refusal(paths: list[Path], config, tmp_path: Path) -> TrainingError:
    with pytest.raises(TrainingError) as caught:
        load_observations(paths, config, tmp_path / "cache")
    return caught.value


def report(tmp_path: Path) -> str:
    (file,) = (tmp_path / "cache").glob(f"*/{REPORT}")
    return file.read_text()


def standing(seconds: float) -> Bag:
    """A body at rest that nobody drives."""
    bag = Bag()
    for tick in range(round(seconds * 10) + 1):
        at = 20 + tick * 0.1
        bag.image(at, np.full((16, 16, 3), 200, dtype=np.uint8))
        bag.odometry(at, 0.0, 0.0, 0.0)
    return bag


# Topics are needed of a bag, not of each of its files.


@pytest.mark.parametrize("rest", [Bag(), standing(1.0), without(standing(1.0), "/image")], ids=["empty", "without commands", "with odometry alone"])
def test_a_file_of_a_split_bag_may_lack_topics(tmp_path, config, rest):
    first = wandering(3.0, seed=1)
    folder = folder_of(tmp_path, {"s_0.mcap": first, "s_1.mcap": rest}, split=True)
    whole = load_observations([folder], config, tmp_path / "cache")
    alone = load_observations([first.write(tmp_path / "alone.mcap")], config, tmp_path / "cache")
    pictures = sum(m[1] == "/image" for m in rest.messages)
    assert len(whole.next) == len(alone.next) + pictures
    for name in ("images", "pose", "action", "next"):
        np.testing.assert_array_equal(getattr(whole, name)[: len(alone.next)], getattr(alone, name))
    if pictures:
        resting = [2 * 0.3 / 0.9 - 1, 0.0] * 4  # 0 m/s in [-0.3, 0.6], 0 rad/s in [-2, 2]
        np.testing.assert_allclose(whole.action[len(alone.next) :], [resting] * pictures, atol=1e-6)


def test_a_file_of_no_bytes_at_the_end_of_a_split_bag_is_an_empty_one(tmp_path, config):
    folder = folder_of(tmp_path, {"s_0.mcap": wandering(3.0, seed=1), "s_1.mcap": Bag()}, split=True)
    (folder / "s_1.mcap").write_bytes(b"")
    assert len(load_observations([folder], config, tmp_path / "cache").next) == 31
    error = refusal([folder / "s_1.mcap"], config, tmp_path)
    assert error.code == "RH-BAG-TOPIC" and "there is: nothing" in str(error)


@pytest.mark.parametrize(("topic", "what"), [("/image", "images"), ("/odom", "odometry"), ("/cmd_vel", "commands")])
def test_a_topic_that_the_whole_bag_lacks_is_named_with_those_that_are_there(tmp_path, config, topic, what):
    parts = halves(without(wandering(3.0, seed=1), topic), 11.5)
    folder = folder_of(tmp_path, dict(zip(("s_0.mcap", "s_1.mcap"), parts)), split=True)
    error = refusal([folder], config, tmp_path)
    assert error.code == "RH-BAG-TOPIC"
    assert f"no {what} on {topic}; there is: {', '.join(sorted({'/image', '/odom', '/cmd_vel', '/scan'} - {topic}))}" in str(error)


def test_a_bag_of_a_namespaced_robot_says_what_its_topics_are_called(tmp_path, config):
    bag = Bag([(at, f"/robot1{topic}", kind, message) for at, topic, kind, message in wandering(2.0, seed=1).messages])
    error = refusal([bag.write(tmp_path / "a.mcap")], config, tmp_path)
    assert error.code == "RH-BAG-TOPIC" and "/robot1/cmd_vel, /robot1/image, /robot1/odom" in str(error) and "topics:" in error.fix


# Clocks.


@pytest.mark.parametrize("topic", ["/odom", "/cmd_vel", "/scan"])
@pytest.mark.parametrize("by_s", [1_760_000_000, -30])
def test_a_topic_of_another_clock_is_refused_even_beside_a_sound_recording(tmp_path, config, topic, by_s):
    if topic == "/scan" and by_s < 0:
        by_s = 30
    sound = wandering(3.0, seed=1).write(tmp_path / "sound.mcap")
    bag = shifted(wandering(3.0, seed=2), topic, max(by_s, -9) if by_s < 0 else by_s)
    error = refusal([sound, bag.write(tmp_path / "other.mcap")], config, tmp_path)
    assert error.code == "RH-BAG-ALIGN"
    assert f"other.mcap: no picture has a message on {topic}" in str(error)
    assert f"{abs(max(by_s, -9) if by_s < 0 else by_s):.2f} s {'after' if by_s > 0 else 'before'}" in str(error)


def test_commands_of_another_clock_are_no_body_that_moves_by_itself(tmp_path, config):
    bag = shifted(wandering(3.0, seed=2), "/cmd_vel", -8)
    for _, topic, _, message in bag.messages:
        if topic == "/odom":
            message.twist.twist.linear.x = 0.4
    error = refusal([bag.write(tmp_path / "a.mcap")], config, tmp_path)
    assert error.code == "RH-BAG-ALIGN" and "/cmd_vel" in str(error)


def test_scans_of_another_clock_do_not_matter_where_goals_are_pictures(tmp_path, config):
    bag = shifted(wandering(3.0, seed=2), "/scan", 1000)
    observations = load_observations([bag.write(tmp_path / "a.mcap")], replace(config, goal="latent"), tmp_path / "cache")
    assert np.isnan(observations.scans).all()


# Commands that are all the same.


def constant(seed: int, v: float = 0.2, w: float = 0.5) -> Bag:
    bag = without(wandering(3.0, seed), "/cmd_vel")
    for tick in range(61):
        bag.command(10 + tick * 0.05, v, w)
    return bag


@pytest.mark.parametrize("command", [(0.2, 0.5), (0.0, 0.0)])
def test_one_command_throughout_is_refused(tmp_path, config, command):
    error = refusal([constant(1, *command).write(tmp_path / "a.mcap")], config, tmp_path)
    assert error.code == "RH-BAG-CONSTANT" and "a.mcap" in str(error) and "topics.command" in error.fix


@pytest.mark.parametrize("order", ["ab", "ba"])
def test_one_of_several_recordings_is_left_out_instead_and_said(tmp_path, config, order, capsys):
    bags = {f"{order[0]}.mcap": wandering(3.0, seed=1), f"{order[1]}.mcap": constant(2)}
    observations = load_observations([folder_of(tmp_path, bags)], config, tmp_path / "cache")
    alone = load_observations([wandering(3.0, seed=1).write(tmp_path / "alone.mcap")], config, tmp_path / "cache2")
    for name in ("images", "pose", "action", "next", "episode", "scans"):
        np.testing.assert_array_equal(getattr(observations, name), getattr(alone, name))
    said = capsys.readouterr().out
    assert f"{order[1]}.mcap: left out: the command is the same for all of its 31 pictures" in said
    # From the cache the same is said again.
    load_observations([tmp_path / "bag"], config, tmp_path / "cache")
    assert f"{order[1]}.mcap: left out" in capsys.readouterr().out


def test_an_axis_that_is_never_used_is_said(tmp_path, config):
    bag = wandering(3.0, seed=1)
    for _, topic, _, message in bag.messages:
        if topic == "/cmd_vel":
            message.twist.angular.z = 0.25
    load_observations([bag.write(tmp_path / "a.mcap")], config, tmp_path / "cache")
    assert "angular.z: the same in every command" in report(tmp_path)


# A topic that vanishes halfway.


def test_pictures_after_the_end_of_odometry_are_left_out_and_said(tmp_path, config):
    bag = without(wandering(6.0, seed=1), "/odom", since=13.0)
    observations = load_observations([bag.write(tmp_path / "a.mcap")], config, tmp_path / "cache")
    assert len(observations.next) == 30
    assert "30 of 61 pictures used (49.2 %); 31 (50.8 %) left out: without odometry around them; /odom ends 3.1 s before the pictures" in report(tmp_path)


def test_a_body_that_moves_on_without_commands_teaches_nothing(tmp_path, config):
    bag = without(wandering(6.0, seed=1), "/cmd_vel", since=12.0)
    for _, topic, _, message in bag.messages:
        if topic == "/odom":
            message.twist.twist.linear.x = 0.4
    observations = load_observations([bag.write(tmp_path / "a.mcap")], config, tmp_path / "cache")
    # The last command is of 11.95 s; it is in force for half a second, and the body may roll for another.
    assert len(observations.next) == 35
    assert "26 (42.6 %) left out: of a body that moves while no command is recorded" in report(tmp_path)
    assert "/cmd_vel ends 4.0 s before the pictures" in report(tmp_path)


def test_a_body_that_stands_once_commands_have_ceased_teaches_rest(tmp_path, config):
    bag = without(wandering(6.0, seed=1), "/cmd_vel", "/odom", since=12.0)
    for tick in range(81):
        bag.odometry(12 + 0.05 * tick, 0.0, 0.0, 0.0)
    observations = load_observations([bag.write(tmp_path / "a.mcap")], config, tmp_path / "cache")
    assert len(observations.next) == 61
    assert "36 steps (59.0 %) have no command in force and count as rest: /cmd_vel ends 4.0 s before the pictures" in report(tmp_path)


def test_scans_that_cease_are_said(tmp_path, config):
    bag = without(wandering(6.0, seed=1), "/scan", since=13.0)
    load_observations([bag.write(tmp_path / "a.mcap")], config, tmp_path / "cache")
    assert "31 pictures (50.8 %) have no scan near them: /scan ends 3.1 s before the pictures" in report(tmp_path)


def test_pictures_that_cease_are_said(tmp_path, config):
    bag = without(wandering(6.0, seed=1), "/image", since=13.0)
    load_observations([bag.write(tmp_path / "a.mcap")], config, tmp_path / "cache")
    assert "30 of 30 pictures used (100.0 %); /image ends 3.1 s before /odom" in report(tmp_path)


# Numbers that are not finite.


def broken(bag: Bag, count: int, how: str, topic: str = "/odom") -> Bag:
    for _, name, _, message in bag.messages:
        if name == topic and count > 0:
            count -= 1
            if how == "turn":
                message.pose.pose.orientation.z = message.pose.pose.orientation.w = math.nan
            elif how == "zero quaternion":
                message.pose.pose.orientation.z = message.pose.pose.orientation.w = 0.0
            elif how == "speed":
                message.twist.twist.linear.x = math.inf
            elif how == "place":
                message.pose.pose.position.y = math.nan
            else:
                message.twist.angular.z = math.nan
    return bag


@pytest.mark.parametrize("how", ["turn", "zero quaternion", "speed", "place"])
def test_odometry_that_is_not_finite_is_left_out_and_counted(tmp_path, config, how):
    observations = load_observations([broken(wandering(5.0, seed=1), 10, how).write(tmp_path / "a.mcap")], config, tmp_path / "cache")
    for name in ("pose", "proprioception", "action"):
        assert np.isfinite(getattr(observations, name)).all(), name
    assert len(observations.next) == 46  # pictures come every second measurement
    assert "5 (9.8 %) left out: without odometry around them" in report(tmp_path)
    assert "10 of 101 messages (9.9 %) on /odom left out (RH-ODOM-NAN: odometry's " in report(tmp_path)


def test_odometry_that_is_broken_too_often_is_refused(tmp_path, config):
    error = refusal([broken(wandering(5.0, seed=1), 40, "turn").write(tmp_path / "a.mcap")], config, tmp_path)
    assert error.code == "RH-ODOM-NAN" and "40 of 101 messages (39.6 %) on /odom" in str(error) and "orientation is nan" in str(error)


def test_a_number_that_nobody_asked_for_may_be_anything(tmp_path, config):
    bag = wandering(3.0, seed=1)
    for _, topic, _, message in bag.messages:
        if topic == "/odom":
            message.twist.twist.angular.x = math.nan
    observations = load_observations([bag.write(tmp_path / "a.mcap")], config, tmp_path / "cache")
    assert len(observations.next) == 31
    error = refusal([tmp_path / "a.mcap"], replace(config, proprioception=("linear.x", "angular.x")), tmp_path)
    assert error.code == "RH-ODOM-NAN"


def test_commands_that_are_not_finite_are_left_out(tmp_path, config):
    bag = broken(wandering(5.0, seed=1), 7, "command", "/cmd_vel")
    observations = load_observations([bag.write(tmp_path / "a.mcap")], config, tmp_path / "cache")
    assert np.isfinite(observations.action).all()
    assert "7 of 101 messages (6.9 %) on /cmd_vel left out (RH-BAG-NAN: a command is not finite)" in report(tmp_path)
    error = refusal([broken(wandering(5.0, seed=1), 50, "command", "/cmd_vel").write(tmp_path / "b.mcap")], config, tmp_path)
    assert error.code == "RH-BAG-NAN"


def test_a_picture_of_the_wrong_size_in_bytes_is_left_out(tmp_path, config):
    bag = wandering(3.0, seed=1)
    next(m for m in bag.messages if m[1] == "/image")[3].data = bytes(5)
    observations = load_observations([bag.write(tmp_path / "a.mcap")], config, tmp_path / "cache")
    assert len(observations.next) == 30
    assert "1 of 31 messages (3.2 %) on /image left out (RH-IMAGE-SIZE" in report(tmp_path)


def test_shares_are_of_all_pictures():
    usage = Usage(pictures=8)
    usage.leave_out(2, "for a reason")
    usage.leave_out(0, "for none")
    assert (usage.used, usage.remarkable) == (6, True)
    assert usage.text() == "6 of 8 pictures used (75.0 %); 2 (25.0 %) left out: for a reason"
    assert twist(0, 0).linear.x == 0
