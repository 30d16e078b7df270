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


def test_settings_can_be_changed_one_by_one(tmp_path):
    (tmp_path / "config.yaml").write_text(f"{ACTION}schedule: {{steps: 10, batch: 7}}")
    config = load_config(tmp_path / "config.yaml", ["schedule.steps=20", "schedule.targets=[1, 3]", "heads.readout_steps=5", "name=other", "schedule.steps=30", "topics.scan="])
    assert (config.schedule.steps, config.schedule.batch, config.schedule.targets) == (30, 7, (1, 3))
    assert (config.heads.readout_steps, config.name) == (5, "other")
    assert config.topics.scan == ""
    assert len(config.action.axes) == 1


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("schedule.steps", "RH-CONFIG-CHANGE"),
        ("schedule..steps=3", "RH-CONFIG-CHANGE"),
        ("=3", "RH-CONFIG-CHANGE"),
        ("schedule.targets=[1", "RH-CONFIG-CHANGE"),
        ("schedule.stages=3", "RH-CONFIG-KEY"),
        ("schedule.steps=many", "RH-CONFIG-VALUE"),
        ("schedule=3", "RH-CONFIG-VALUE"),
        ("objective.temperature=0", "RH-CONFIG-VALUE"),
    ],
)
def test_a_change_that_cannot_be_is_refused(tmp_path, change, code):
    (tmp_path / "config.yaml").write_text(ACTION)
    with pytest.raises(TrainingError) as caught:
        load_config(tmp_path / "config.yaml", [change])
    assert caught.value.code == code
