import math

import numpy as np
import pytest
from bag_maker import Bag, wandering

from rehearse_training.data.bags import bags_of, files_of
from rehearse_training.data.recording import read_recording
from rehearse_training.errors import TrainingError


def picture(value: int = 7) -> np.ndarray:
    return np.full((16, 16, 3), value, dtype=np.uint8)


def minimal() -> Bag:
    bag = Bag()
    bag.image(1.0, picture())
    bag.odometry(1.0, 0.5, -0.25, 2.0, 0.3, -0.7)
    bag.command(1.0, 0.2, -1.5)
    return bag


def code_of(bag: Bag, tmp_path, config) -> str:
    with pytest.raises(TrainingError) as caught:
        read_recording(bag.write(tmp_path / "a.mcap"), config)
    return caught.value.code


def test_reads_what_was_written(tmp_path, config):
    bag = minimal()
    pixels = np.random.default_rng(0).integers(0, 256, (16, 16, 3), dtype=np.uint8)
    bag.image(1.1, pixels, padding=5)  # rows padded beyond the picture's width
    bag.odometry(1.1, 1.0, 2.0, -3.0, 0.6, 1.9)
    bag.scan(1.1, [1.0, 2.0, math.inf, 0.5])
    recording = read_recording(bag.write(tmp_path / "a.mcap"), config)
    assert recording.image_ns.tolist() == [1_000_000_000, 1_100_000_000]
    assert (recording.images[0] == 7).all()
    assert (recording.images[1] == pixels).all()
    np.testing.assert_allclose(recording.body, [[0.5, -0.25, 2.0, 0.3, *[0.0] * 4, -0.7], [1.0, 2.0, -3.0, 0.6, *[0.0] * 4, 1.9]], atol=1e-12)
    assert recording.commands.tolist() == [[0.2, -1.5]]
    assert recording.scans.ranges_m.tolist() == [[1.0, 2.0, math.inf, 0.5]]
    np.testing.assert_allclose(recording.scans.angles_rad, [[-math.pi, math.pi / 2]], atol=1e-6)


def test_unstamped_commands_have_the_time_of_recording(tmp_path, config):
    bag = minimal()
    bag.messages = [m for m in bag.messages if m[1] != "/cmd_vel"]
    bag.command(1.25, 0.1, 0.4, stamped=False)
    recording = read_recording(bag.write(tmp_path / "a.mcap"), config)
    assert recording.command_ns.tolist() == [1_250_000_000]
    assert recording.commands.tolist() == [[0.1, 0.4]]


def test_refuses_pictures_of_another_size(tmp_path, config):
    bag = minimal()
    bag.image(1.2, np.zeros((8, 16, 3), dtype=np.uint8))
    assert code_of(bag, tmp_path, config) == "RH-BAG-PICTURE"


@pytest.mark.parametrize(("encoding", "channels"), [("bayer_rggb8", 1), ("yuv422_yuy2", 2), ("mono16", 2)])
def test_names_an_encoding_that_is_not_decoded(tmp_path, config, encoding, channels):
    bag = minimal()
    bag.image(1.2, np.zeros((16, 16, channels), dtype=np.uint8), encoding=encoding)
    with pytest.raises(TrainingError, match=encoding) as caught:
        read_recording(bag.write(tmp_path / "a.mcap"), config)
    assert caught.value.code == "RH-IMAGE-ENCODING"
    assert "a.mcap: /image" in str(caught.value)


def test_every_8_bit_encoding_becomes_rgb(tmp_path, config):
    bag = minimal()
    pixels = np.random.default_rng(0).integers(0, 256, (16, 16, 3), dtype=np.uint8)
    bag.image(1.1, pixels[..., ::-1], encoding="8UC3")
    bag.image(1.2, pixels[..., :1], encoding="mono8")
    recording = read_recording(bag.write(tmp_path / "a.mcap"), config)
    assert (recording.images[1] == pixels).all()
    assert (recording.images[2] == pixels[..., :1]).all()


def test_refuses_a_topic_of_another_type(tmp_path, config):
    bag = minimal()
    bag.messages = [("/odom" == m[1] and (m[0], "/odom", "geometry_msgs/msg/Twist", bag.messages[2][3].twist)) or m for m in bag.messages]
    assert code_of(bag, tmp_path, config) == "RH-BAG-TYPE"


@pytest.mark.parametrize("keep", [0.5, 0.9, 0.999])
def test_says_that_a_file_breaks_off(tmp_path, config, keep):
    whole = wandering(1.0, 0).write(tmp_path / "a.mcap").read_bytes()
    cut = tmp_path / "cut.mcap"
    cut.write_bytes(whole[: int(len(whole) * keep)])
    with pytest.raises(TrainingError) as caught:
        read_recording(cut, config)
    assert caught.value.code == "RH-BAG-TRUNCATED"


def test_says_that_a_file_is_damaged(tmp_path, config):
    whole = bytearray(wandering(1.0, 0).write(tmp_path / "a.mcap").read_bytes())
    whole[2000:2400] = bytes(400)
    damaged = tmp_path / "damaged.mcap"
    damaged.write_bytes(whole)
    with pytest.raises(TrainingError) as caught:
        read_recording(damaged, config)
    assert caught.value.code == "RH-BAG-DAMAGED"


def test_says_that_a_file_is_no_bag(tmp_path, config):
    other = tmp_path / "a.mcap"
    other.write_bytes(b"SQLite format 3\0" + bytes(100))
    with pytest.raises(TrainingError) as caught:
        read_recording(other, config)
    assert caught.value.code == "RH-BAG-FORMAT"


def test_finds_the_files_of_a_folder_in_the_order_of_its_metadata(tmp_path):
    for name in ("a.mcap", "b.mcap"):
        (tmp_path / name).touch()
    assert [f.name for f in files_of(bags_of([tmp_path]))] == ["a.mcap", "b.mcap"]
    (tmp_path / "metadata.yaml").write_text("rosbag2_bagfile_information:\n  relative_file_paths: [b.mcap, a.mcap]\n")
    assert [f.name for f in files_of(bags_of([tmp_path]))] == ["b.mcap", "a.mcap"]
    (tmp_path / "a.mcap").unlink()
    with pytest.raises(TrainingError, match="a.mcap"):
        files_of(bags_of([tmp_path]))
    with pytest.raises(TrainingError, match="no bag at"):
        files_of(bags_of([tmp_path / "nowhere"]))
