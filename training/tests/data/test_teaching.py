"""Recordings that teach nothing are found, each by what is wrong with it; good ones are not blamed."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from bag_maker import Bag
from PIL import Image

from rehearse_training.cli import main
from rehearse_training.config import load_config
from rehearse_training.data.episodes import load_observations
from rehearse_training.errors import TrainingError

CONFIG = Path(__file__).parents[2] / "configs" / "rooms.yaml"
SETTINGS = ["image.width=16", "image.height=16"]


@dataclass
class Drive:
    """Twenty seconds of a base that follows its commands with a lag, seen from above; the fields are what is wrong with it."""

    seconds: float = 24.0
    picture_s: float = 0.1
    obeys: bool = True
    others: bool = False  # somebody else drives
    constant: bool = False
    no_turns: bool = False
    stands: bool = False  # odometry's place, not its velocity
    velocity_scale: float = 1.0
    sign_of_turns: float = 1.0
    pictures_late_s: float = 0.0
    dark: bool = False
    frozen: bool = False
    repeats: int = 1
    command_offset_s: float = 0.0
    stamped: bool = True
    commands_until_s: float = math.inf
    nan_share: float = 0.0
    unrecorded: str = ""

    def write(self, path: Path) -> Path:
        rng = np.random.default_rng(7)
        bag, dt = Bag(), 0.05
        ticks = round(self.seconds / dt)
        x = y = yaw = v = w = 0.0
        states = []
        wanted = driven = (0.3, 0.5)
        for k in range(ticks):
            if k % 16 == 0:
                wanted = (0.3, 0.5) if self.constant else (rng.uniform(-0.3, 0.6), 0.0 if self.no_turns else rng.uniform(-2, 2))
                driven = (rng.uniform(-0.3, 0.6), rng.uniform(-2, 2)) if self.others else wanted if self.obeys else (0.0, 0.0)
            at = k * dt
            if at < self.commands_until_s and self.unrecorded != "commands":
                bag.command(at + self.command_offset_s, *wanted, stamped=self.stamped)
            v += (driven[0] - v) * 0.4
            w += (driven[1] - w) * 0.4
            yaw += w * dt
            x, y = x + v * math.cos(yaw) * dt, y + v * math.sin(yaw) * dt
            states.append((x, y, yaw))
            place = (0.0, 0.0, 0.0) if self.stands else (x, y, yaw)
            broken = rng.uniform() < self.nan_share
            bag.odometry(at, *place, v=math.nan if broken else v * self.velocity_scale, w=w * self.velocity_scale * self.sign_of_turns)
        for k in range(round(self.seconds / self.picture_s)):
            taken = k // self.repeats * self.repeats * self.picture_s - self.pictures_late_s
            state = states[min(max(0, round(taken / dt)), ticks - 1)]
            bag.image(k * self.picture_s, self._picture(*(states[0] if self.frozen else state)))
        return bag.write(path)

    def _picture(self, x: float, y: float, yaw: float) -> np.ndarray:
        rows, columns = np.mgrid[0:16, 0:16]
        x, y = (x + 1.5) % 3 - 1.5, (y + 1.5) % 3 - 1.5
        if self.dark:
            return np.full((16, 16, 3), 3, dtype=np.uint8)
        ahead = (x + 0.3 * math.cos(yaw), y + 0.3 * math.sin(yaw))
        value = sum(np.exp(-((columns - 8 - 4 * px) ** 2 + (rows - 8 - 4 * py) ** 2) / 8) for px, py in ((x, y), ahead))
        return np.repeat((40 + 100 * value).clip(0, 255).astype(np.uint8)[..., None], 3, axis=2)


def report(path: Path, capsys: pytest.CaptureFixture[str]) -> dict:
    code = main(["bag", str(path), "--json", "--config", str(CONFIG), *(part for setting in SETTINGS for part in ("--set", setting))])
    said = json.loads(capsys.readouterr().out)
    assert code == (1 if said["verdict"] == "useless" else 0)
    return said["bags"][0]


USELESS = [
    (Drive(obeys=False), "RH-BAG-STILL"),
    (Drive(others=True, seconds=90), "RH-BAG-UNRELATED"),
    (Drive(constant=True), "RH-BAG-CONSTANT"),
    (Drive(sign_of_turns=-1), "RH-BAG-SIGN"),
    (Drive(velocity_scale=1000), "RH-BAG-SCALE"),
    (Drive(velocity_scale=0.01), "RH-BAG-STILL"),
    (Drive(stands=True), "RH-BAG-ODOMETRY"),
    (Drive(dark=True), "RH-BAG-DARK"),
    (Drive(frozen=True), "RH-BAG-FROZEN"),
    (Drive(pictures_late_s=0.6), "RH-BAG-LATE"),
    (Drive(picture_s=0.13), "RH-BAG-PERIOD"),
    (Drive(picture_s=0.4), "RH-BAG-PERIOD"),
    (Drive(command_offset_s=1000), "RH-BAG-ALIGN"),
    (Drive(nan_share=0.5), "RH-ODOM-NAN"),
    (Drive(unrecorded="commands"), "RH-BAG-TOPIC"),
]
DOUBTFUL = [
    (Drive(no_turns=True), "RH-BAG-AXIS"),
    (Drive(repeats=3), "RH-BAG-REPEATS"),
    (Drive(velocity_scale=2.2), "RH-BAG-SCALE"),
]


def name(case: tuple[Drive, str]) -> str:
    changed = {field: value for field, value in vars(case[0]).items() if value != getattr(Drive(), field)}
    return " ".join(f"{field}={value}" for field, value in changed.items())


@pytest.mark.parametrize("drive", [Drive(), Drive(stamped=False), Drive(picture_s=0.0667), Drive(pictures_late_s=0.05), Drive(seconds=60)], ids=lambda drive: name((drive, "")))
def test_a_good_recording_is_called_good(drive: Drive, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    found = report(drive.write(tmp_path / "good.mcap"), capsys)
    assert found["findings"] == []
    assert found["verdict"] == "good"
    assert found["used"] > 0.95 * found["pictures"]
    assert [round(axis["correlation"]) for axis in found["follows"]] == [1, 1]


@pytest.mark.parametrize("case", USELESS, ids=name)
def test_a_useless_recording_is_found_and_never_trained_on(case: tuple[Drive, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    drive, code = case
    path = drive.write(tmp_path / "bag.mcap")
    found = report(path, capsys)
    assert found["verdict"] == "useless"
    assert code in [finding["code"] for finding in found["findings"]]
    with pytest.raises(TrainingError) as refused:
        load_observations([path], load_config(CONFIG, SETTINGS), tmp_path / "cache")
    assert refused.value.code in [finding["code"] for finding in found["findings"]]
    assert "record longer" not in refused.value.fix


@pytest.mark.parametrize("case", DOUBTFUL, ids=name)
def test_a_doubtful_one_is_said_to_be_so_and_trained_on(case: tuple[Drive, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    drive, code = case
    path = drive.write(tmp_path / "bag.mcap")
    found = report(path, capsys)
    assert found["verdict"] == "doubtful"
    assert code in [finding["code"] for finding in found["findings"]]
    load_observations([path], load_config(CONFIG, [*SETTINGS, "held_out_fraction=0.5"]), tmp_path / "cache")


def test_commands_that_end_halfway_are_said_with_their_share(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    found = report(Drive(commands_until_s=12).write(tmp_path / "bag.mcap"), capsys)
    assert any("/cmd_vel ends" in note for note in found["notes"])
    assert found["leftOut"] and found["used"] < 0.7 * found["pictures"]


def test_one_useless_bag_among_good_ones_is_named(tmp_path: Path):
    good, bad = Drive().write(tmp_path / "good.mcap"), Drive(sign_of_turns=-1).write(tmp_path / "bad.mcap")
    with pytest.raises(TrainingError) as refused:
        load_observations([good, bad], load_config(CONFIG, SETTINGS), tmp_path / "cache")
    assert refused.value.code == "RH-BAG-SIGN"
    assert "bad.mcap" in refused.value.what and "good.mcap" not in refused.value.what


def test_whoever_insists_can_train_on_it(tmp_path: Path):
    bad = Drive(sign_of_turns=-1).write(tmp_path / "bad.mcap")
    insisting = load_config(CONFIG, [*SETTINGS, "alignment.refuse_useless=false"])
    assert len(load_observations([bad], insisting, tmp_path / "cache").next) > 100


def test_without_a_configuration_pictures_of_any_size_will_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    path = Drive().write(tmp_path / "bag.mcap")
    assert main(["bag", str(path)]) == 0
    assert "1 bags: 1 good" in capsys.readouterr().out


def test_the_picture_shows_where_it_was(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["bag", str(Drive(seconds=60).write(tmp_path / "bag.mcap")), "--picture", str(tmp_path / "out.png")]) == 0
    pixels = np.asarray(Image.open(tmp_path / "out.png"))
    inside = pixels[50:450, 40:440].reshape(-1, 3)
    coloured = (inside.max(axis=1).astype(int) - inside.min(axis=1) > 40).mean()
    assert 0.05 < coloured < 0.95
