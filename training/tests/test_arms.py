"""Arms: joint states in place of odometry, action axes named by joints."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace as Message

import numpy as np
import pytest
import yaml
from bag_maker import Bag

from rehearse_training.data.align import align
from rehearse_training.config import Config, load_config
from rehearse_training.data.episodes import load_observations
from rehearse_training.data.recording import read_recording, body_numbers
from rehearse_training.errors import TrainingError
from rehearse_training.export.folder import unit_of

CONFIG = Path(__file__).parent.parent / "configs" / "reacher.yaml"


@pytest.fixture
def arm() -> Config:
    config = load_config(CONFIG)
    return replace(config, image=replace(config.image, width=16, height=16))


def swinging(ticks: int = 13, jump_at: int | None = None) -> Bag:
    """The shoulder turns by 0.1 rad in 0.1 s, the wrist back by half of that; other joints and another order in the messages."""
    bag = Bag()
    for tick in range(ticks):
        at = 10 + 0.1 * tick
        q = 0.1 * tick + (2.0 if jump_at is not None and tick >= jump_at else 0.0)
        bag.joints(at, {"wrist": -0.5, "gripper": 7.0, "shoulder": 1.0}, {"wrist": -q / 2, "gripper": 9.0, "shoulder": q})
        bag.joints(at, {"wrist": -0.5, "shoulder": 1.0}, topic="/commands_proposed")
        bag.image(at + 0.05 if tick < ticks - 1 else at, np.full((16, 16, 3), tick, dtype=np.uint8))
        bag.truth(at + 0.05, {"shoulder.cos [1]": np.cos(q), "shoulder.sin [1]": np.sin(q), "wrist.cos [1]": 1.0, "wrist.sin [1]": 0.0})
    return bag


def test_joints_are_read_by_name_in_the_order_of_the_axes(tmp_path, arm):
    recording = read_recording(swinging().write(tmp_path / "a.mcap"), arm)
    assert body_numbers(arm) == ("shoulder.position", "wrist.position", "shoulder.velocity", "wrist.velocity")
    np.testing.assert_allclose(recording.body[2], [0.2, -0.1, 1.0, -0.5], atol=1e-12)
    np.testing.assert_allclose(recording.commands[0], [1.0, -0.5])


def test_pictures_get_the_joints_of_their_moment_and_no_pose(tmp_path, arm):
    recording = read_recording(swinging().write(tmp_path / "a.mcap"), arm)
    (sequence,) = align(recording, replace(arm, proprioception=("shoulder.velocity", "wrist.velocity", "shoulder.position"))).sequences
    np.testing.assert_allclose(sequence["proprioception"][1], [1.0, -0.5, 0.15], atol=1e-6)
    assert not sequence["pose"].any()
    # [-2, 2] rad/s become [-1, 1]; five ticks, tick-major.
    np.testing.assert_allclose(sequence["action"][0], [0.5, -0.25] * 5, atol=1e-6)


def test_a_joint_that_jumps_breaks_a_recording(tmp_path, arm):
    recording = read_recording(swinging(jump_at=6).write(tmp_path / "a.mcap"), arm)
    assert len(align(recording, arm).sequences) > 1


def test_plain_arrays_are_commands_in_the_order_of_the_axes(tmp_path, arm):
    bag = swinging()
    bag.messages = [m for m in bag.messages if m[1] != "/commands_proposed"]
    bag.messages.append((10.25, "/commands", "std_msgs/msg/Float64MultiArray", Message(layout=Message(dim=[], data_offset=0), data=[0.25, 0.75])))
    recording = read_recording(bag.write(tmp_path / "a.mcap"), replace(arm, topics=replace(arm.topics, command="/commands")))
    assert recording.command_ns.tolist() == [10_250_000_000]
    assert recording.commands.tolist() == [[0.25, 0.75]]


def test_messages_without_a_joint_are_left_out_unless_all_are(tmp_path, arm):
    bag = swinging()
    bag.joints(11.5, {"shoulder": 0.0}, {"shoulder": 0.0})
    recording = read_recording(bag.write(tmp_path / "a.mcap"), arm)
    assert recording.read["/joint_states"].left_out == {"RH-JOINTS-NAMES": 1}
    for at, topic, _, message in bag.messages:
        if topic == "/joint_states":
            message.name = ["elbow", *message.name[1:]]
    with pytest.raises(TrainingError, match="no position or velocity of wrist") as caught:
        load_observations([bag.write(tmp_path / "b.mcap")], arm, tmp_path / "cache")
    assert caught.value.code == "RH-JOINTS-NAMES"


def test_joint_states_that_are_not_finite_are_left_out(tmp_path, arm):
    bag = swinging()
    bag.joints(11.5, {"shoulder": 0.0, "wrist": float("nan")}, {"shoulder": 0.0, "wrist": 0.0})
    recording = read_recording(bag.write(tmp_path / "a.mcap"), arm)
    assert recording.read["/joint_states"].left_out == {"RH-JOINTS-NAN": 1}
    assert np.isfinite(recording.body).all()


def test_says_that_there_are_no_joint_states(tmp_path, arm):
    bag = swinging()
    bag.messages = [m for m in bag.messages if m[1] != "/joint_states"]
    with pytest.raises(TrainingError, match="joint states on /joint_states; there is: /commands_proposed, /image, /truth") as caught:
        load_observations([bag.write(tmp_path / "b.mcap")], arm, tmp_path / "cache")
    assert caught.value.code == "RH-BAG-TOPIC"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"goal": "position"}, "no place to go to"),
        ({"proprioception": ["shoulder.velocity", "shoulder.position"]}, "goal_cost.kind readout"),
        ({"proprioception": ["shoulder.position", "shoulder.velocity"], "goal_cost": {"kind": "latent"}}, "velocities first"),
        ({"objective": {"odometry": 1.0}}, "without odometry"),
    ],
)
def test_refuses_what_an_arm_cannot_have(tmp_path, change, expected):
    path = tmp_path / "arm.yaml"
    path.write_text(yaml.dump(yaml.safe_load(CONFIG.read_text()) | change))
    with pytest.raises(TrainingError, match=expected):
        load_config(path)


def test_units_by_name():
    names = ("linear.x", "angular.z", "robot.x", "robot.yaw.cos", "wrist.velocity", "wrist.position")
    assert [unit_of(name) for name in names] == ["m/s", "rad/s", "m", "1", "rad/s", "rad"]


def test_what_was_read_of_bases_before_stays_where_it_was(tmp_path, config):
    """The cache's name of a configuration without joints, as it has always been."""
    from bag_maker import wandering

    file = wandering(6.0, 0).write(tmp_path / "a.mcap")
    load_observations([file], config, tmp_path / "cache")
    import hashlib
    import json
    from dataclasses import asdict

    from rehearse_training.data.bags import bags_hash
    from rehearse_training.data.episodes import FORMAT

    topics = asdict(config.topics)
    assert topics.pop("joint_states") == ""
    shaping = json.dumps([FORMAT, bags_hash([file]), config.goal, config.proprioception, topics, asdict(config.image), asdict(config.action), asdict(config.alignment)], sort_keys=True)
    assert (tmp_path / "cache" / hashlib.sha256(shaping.encode()).hexdigest()[:16] / "complete").exists()
