import pytest

from rehearse_training.config import Objective, load_config
from rehearse_training.errors import TrainingError
from rehearse_training.losses.registry import methods

ACTION = "action: {axes: [{name: linear.x, unit: m/s, range: [0, 1]}]}\n"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("objective: {anti_collapse: barlow}", "choose from: vicreg, sigreg, mcr2, mmcr, infonce, ema, none"),
        ("objective: {temperature: 0}", "objective.temperature is 0.0 — give a number: above 0"),
        ("objective: {ema_decay: 1.5}", "objective.ema_decay is 1.5 — give a number: 0 to 1"),
        ("objective: {odometry: -1}", "objective.odometry is -1.0 — give a number: 0 or more"),
        ("objective: {odometry: .nan}", "objective.odometry is nan"),
        ("objective: {straightening: 0.1}\nschedule: {targets: [4]}", "two schedule.targets or more"),
    ],
)
def test_an_objective_that_cannot_be_is_refused(tmp_path, text, wanted):
    (tmp_path / "config.yaml").write_text(ACTION + text)
    with pytest.raises(TrainingError) as caught:
        load_config(tmp_path / "config.yaml")
    assert caught.value.code == "RH-CONFIG-VALUE"
    assert wanted in str(caught.value)


@pytest.mark.parametrize("anti_collapse", methods())
def test_every_objective_against_collapse_may_be_chosen(tmp_path, anti_collapse):
    (tmp_path / "config.yaml").write_text(f"{ACTION}objective: {{anti_collapse: {anti_collapse}}}")
    assert load_config(tmp_path / "config.yaml").objective.anti_collapse == anti_collapse


def test_the_settings_of_other_methods_have_no_say():
    used = Objective(anti_collapse="infonce", sigreg=3.0).used()
    assert used.keys() == {"anti_collapse", "prediction", "contrastive", "temperature", "radius", "inverse_dynamics"}
    assert "straightening" in Objective(straightening=0.1).used()
    in_time = {"variance_in_time", "covariance_in_time", "std_in_time"}
    assert not in_time & Objective(covariance_in_time=1.0).used().keys()  # it goes with the other
    assert in_time <= Objective(variance_in_time=1.0, covariance_in_time=1.0).used().keys()


OLD = """
half_weights: true
sight: { steps: 10, batch: 8 }
proprioception: [linear.x, linear.y]
goal: latent
goal_cost: { kind: temporal }
action: { axes: [{ name: linear.x, unit: m/s, range: [-1, 1] }, { name: linear.y, unit: m/s, range: [-1, 1] }] }
model: { predictor: bodies, frame: block, waves: 3, driven: agent }
objective: { grounding: 1, grounding_seen: 2 }
"""


def test_settings_by_their_old_names_are_read_and_said(tmp_path, capsys):
    path = tmp_path / "config.yaml"
    path.write_text(OLD)
    config = load_config(path)
    said = capsys.readouterr().out
    new = OLD.replace("half_weights", "fp16_weights").replace("sight", "encoder_fine_tune").replace("bodies", "object_centric").replace("waves", "fourier_features").replace("driven", "actuated_body")
    path.write_text(new)
    assert load_config(path) == config
    assert capsys.readouterr().out == ""
    for old, now in (("half_weights", "fp16_weights"), ("sight", "encoder_fine_tune"), ("model.waves", "model.fourier_features"), ("model.driven", "model.actuated_body")):
        assert f"settings {old} is now called {now};" in said
    assert "settings model.predictor: bodies is now called object_centric;" in said


def test_a_change_by_an_old_name_counts_for_a_setting_by_its_new_one(tmp_path):
    path = tmp_path / "config.yaml"
    path.write_text(OLD)
    assert load_config(path, ["model.fourier_features=5"]).model.fourier_features == 5
    assert load_config(path, ["model.waves=5", "sight.steps=0"]).model.fourier_features == 5
    assert load_config(path, ["sight.steps=0"]).encoder_fine_tune.steps == 0


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
