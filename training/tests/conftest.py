from dataclasses import replace
from pathlib import Path

import pytest
import torch
from pusher import pusher_config

from rehearse_training.config import Config, HeadSchedule, ImageFormat, ModelSize, Schedule, load_config

# Slow, and with packages and sources that nobody else has use for: run by their names, as the first lines of each say.
SLOW = ("test_originals.py", "test_foundation_models.py")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    asked_for = any(collection_path.name in argument for argument in config.args)
    return True if collection_path.name in SLOW and not asked_for else None


CONFIG = Path(__file__).parent.parent / "configs" / "rooms.yaml"


@pytest.fixture(autouse=True)
def one_thread():
    torch.set_num_threads(1)


@pytest.fixture
def config() -> Config:
    """The shipped configuration with everything made small."""
    return replace(
        load_config(CONFIG),
        threads=1,
        held_out_fraction=0.3,
        image=ImageFormat(16, 16, "rgb8"),
        model=ModelSize(
            image_latent=6, patch_channels=4, merge_channels=4, encoder_hidden=8, predictor_hidden=12, predictor_blocks=1, head_hidden=8, decoder_channels=4
        ),
        schedule=Schedule(steps=6, batch=4, targets=(1, 2, 4), checkpoint_every=3, log_every=2),
        heads=HeadSchedule(readout_steps=4, cost_to_go_steps=4, decoder_steps=2, batch=8, decoder_batch=4, imagined_steps=3),
    )


@pytest.fixture
def pusher(config: Config) -> Config:
    return pusher_config(config)
