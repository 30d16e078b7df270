from dataclasses import fields

import pytest

from rehearse_training.config import ANTI_COLLAPSE, Objective, load_config
from rehearse_training.errors import TrainingError

ACTION = "action: {axes: [{name: linear.x, unit: m/s, range: [0, 1]}]}\n"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("objective: {anti_collapse: barlow}", "choose from: vicreg, sigreg, mcr2, mmcr, infonce, ema"),
        ("objective: {temperature: 0}", "objective.temperature is 0.0"),
        ("objective: {ema_decay: 1.5}", "objective.ema_decay is 1.5"),
        ("objective: {straightening: 0.1}\nschedule: {targets: [4]}", "two schedule.targets or more"),
    ],
)
def test_an_objective_that_cannot_be_is_refused(tmp_path, text, wanted):
    (tmp_path / "config.yaml").write_text(ACTION + text)
    with pytest.raises(TrainingError) as caught:
        load_config(tmp_path / "config.yaml")
    assert caught.value.code == "RH-CONFIG-VALUE"
    assert wanted in str(caught.value)


@pytest.mark.parametrize("anti_collapse", ANTI_COLLAPSE)
def test_every_objective_against_collapse_may_be_chosen(tmp_path, anti_collapse):
    (tmp_path / "config.yaml").write_text(f"{ACTION}objective: {{anti_collapse: {anti_collapse}}}")
    assert load_config(tmp_path / "config.yaml").objective.anti_collapse == anti_collapse


def test_the_settings_of_other_objectives_have_no_say():
    assert {name for settings in ANTI_COLLAPSE.values() for name in settings} <= {f.name for f in fields(Objective)}
    unused = Objective(anti_collapse="infonce", sigreg=3.0).unused()
    assert {"variance", "sigreg", "coding_rate", "ema_decay"} <= unused
    assert not {"anti_collapse", "contrastive", "temperature", "radius", "prediction"} & unused
    assert "straightening" in unused and "straightening" not in Objective(straightening=0.1).unused()
