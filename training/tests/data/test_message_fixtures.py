"""The messages of tests/fixtures/messages, which the runtime's tests read, too."""

import json
import math
from typing import Any

import numpy as np
import pytest
from message_fixtures import FOLDER, files

from rehearse_training.data import messages
from rehearse_training.errors import TrainingError

NAMES = sorted(path.stem for path in FOLDER.glob("*.json"))


def image(data: bytes, _: tuple[str, ...]) -> dict[str, Any]:
    found = messages.image(data)
    return {"stamp_ns": found.stamp_ns, "height": found.rgb.shape[0], "width": found.rgb.shape[1], "rgb": found.rgb.reshape(-1)}


def odometry(data: bytes, _: tuple[str, ...]) -> dict[str, Any]:
    found = messages.odometry(data)
    vx, vy, yaw_rate = (found.twist[i] for i in messages.PLANAR)
    return {"stamp_ns": found.stamp_ns, "x_m": found.x_m, "y_m": found.y_m, "yaw_rad": found.yaw_rad, "vx_mps": vx, "vy_mps": vy, "yaw_rate_rps": yaw_rate}


def scan(data: bytes, _: tuple[str, ...]) -> dict[str, Any]:
    return vars(messages.scan(data))


def joints(data: bytes, names: tuple[str, ...]) -> dict[str, Any]:
    found = messages.joint_state(data)
    return {"stamp_ns": found.stamp_ns, "positions_rad": found.of(names, found.positions_rad), "velocities_rps": found.of(names, found.velocities_rps)}


def planar(numbers: tuple[float, ...]) -> dict[str, float]:
    return dict(zip(("vx_mps", "vy_mps", "yaw_rate_rps"), (numbers[i] for i in messages.PLANAR)))


def stamped(data: bytes, _: tuple[str, ...]) -> dict[str, Any]:
    stamp, numbers = messages.twist_stamped(data)
    return {"stamp_ns": stamp, **planar(numbers)}


DECODERS = {
    "sensor_msgs/msg/Image": image,
    "nav_msgs/msg/Odometry": odometry,
    "sensor_msgs/msg/LaserScan": scan,
    "sensor_msgs/msg/JointState": joints,
    "geometry_msgs/msg/Twist": lambda data, _: planar(messages.twist(data)),
    "geometry_msgs/msg/TwistStamped": stamped,
}


@pytest.mark.parametrize("name", NAMES)
def test_decodes_to_what_is_expected(name):
    case = json.loads((FOLDER / f"{name}.json").read_text())
    data, joints = (FOLDER / f"{name}.cdr").read_bytes(), tuple(case.get("joints", ()))
    if "error" in case:
        with pytest.raises(TrainingError) as caught:
            DECODERS[case["type"]](data, joints)
        assert caught.value.code == case["error"]
        assert case.get("error_names", "") in str(caught.value)
        return
    found = DECODERS[case["type"]](data, joints)
    assert found.keys() == case["expected"].keys()
    if "stamp_ns" in found:  # beyond what a float64 holds
        assert found.pop("stamp_ns") == int(case["expected"].pop("stamp_ns"))
    for key, value in case["expected"].items():
        expected = np.array(value, dtype=np.float64)
        np.testing.assert_allclose(np.asarray(found[key], dtype=np.float64), expected, rtol=0, atol=1e-12 if key == "yaw_rad" else 0, err_msg=key)


def test_the_folder_is_what_its_script_writes():
    assert {path.name: path.read_bytes() for path in FOLDER.glob("*") if path.suffix in (".cdr", ".json")} == files()


def test_big_endian_messages_are_read_alike():
    """The same Twist, its numbers byte by byte the other end first."""
    little = (FOLDER / "twist.cdr").read_bytes()
    big = b"\0\0" + little[2:4] + np.frombuffer(little, dtype="<f8", offset=4).astype(">f8").tobytes()
    assert messages.twist(big) == messages.twist(little) and math.isfinite(sum(messages.twist(big)))
