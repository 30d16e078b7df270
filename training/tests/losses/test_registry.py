"""Terms of the objective: what is registered takes part, what nothing answers to is refused, and so is what leaves nothing against collapse."""

from dataclasses import replace

import pytest
import torch
from torch import Tensor, nn

from rehearse_training.config import Config, Objective, load_config
from rehearse_training.config.objective import objective_class
from rehearse_training.errors import TrainingError
from rehearse_training.losses.objective import Pretraining
from rehearse_training.losses.registry import NONE, TERMS, active, methods, settings
from rehearse_training.losses.term import Setting, Term, Window
from rehearse_training.networks.world_model import WorldModel

ACTION = "action: {axes: [{name: linear.x, unit: m/s, range: [0, 1]}, {name: angular.z, unit: rad/s, range: [-1, 1]}]}\n"
METHOD_OF = {name: term.method for term in TERMS for name in (term.name, *term.companions) if term.method}


class Loud(Term):
    """Sizes of latents, for no good reason."""

    name = "loudness"
    weight = Setting(0.5, most=9.0)
    settings = {"loudness_power": Setting(2.0, least=1.0)}

    def loss(self, window: Window, network: nn.Module | None) -> Tensor:
        return window.pictures.abs().pow(self.values["loudness_power"]).mean()


def window(config: Config, batch: int = 4) -> tuple[Tensor, ...]:
    generator = torch.Generator().manual_seed(3)
    frames, steps = 1 + len(config.schedule.targets), config.schedule.horizon
    images = torch.randint(0, 256, (batch, frames, 16, 16, 3), generator=generator, dtype=torch.uint8)
    proprioception, actions = torch.randn(batch, steps + 1, 2, generator=generator), torch.rand(batch, steps, 8, generator=generator) * 2 - 1
    pose, values = torch.randn(batch, frames, 3, generator=generator), torch.randn(batch, frames, 4, generator=generator)
    return images, proprioception, pose, actions, values


def trained_by(config: Config, registered: tuple[type[Term], ...] = TERMS) -> tuple[dict[str, Tensor], Tensor]:
    """-> the terms, and the gradient of their total by all weights of the encoder"""
    torch.manual_seed(1)
    world_model = WorldModel(16, 16, 2, 8, config.model)
    with torch.no_grad():  # latents of some size, as they are after a while
        world_model.encoder.head[-1].weight.mul_(30)
    pretraining = Pretraining(world_model, config, torch.full((4,), 0.25), registered)
    images, proprioception, pose, actions, values = window(config)
    terms = pretraining(images, proprioception, pose, actions, torch.Generator().manual_seed(5), values)
    parameters = [p for p in world_model.encoder.parameters() if p.requires_grad]
    gradients = torch.autograd.grad(terms["total"], parameters)
    return terms, torch.cat([gradient.flatten() for gradient in gradients])


def with_only(config: Config, name: str, weight: float) -> Config:
    """The prediction error, the term, and what goes with it."""
    quiet = {other: 0.0 for term in TERMS if term.weight is not None and (other := term.name) != "prediction"}
    head = {"covariance_in_time": {"variance_in_time": 1.0}, "prediction": {"inverse_dynamics": 1.0}}.get(name, {})
    return replace(config, objective=replace(config.objective, anti_collapse=METHOD_OF.get(name, NONE), **{"prediction": 1.0} | quiet | head | {name: weight}))


@pytest.mark.parametrize("name", [term.name for term in TERMS if term.weight is not None])
def test_every_registered_term_takes_part_by_its_weight(config, name):
    # Radius goes with several methods; alone with one whose own weight is nought.
    without, once, twice = (with_only(config, name, weight) for weight in (0.0, 1.0, 2.0))
    (none, nothing), (terms, gradient), (_, double) = trained_by(without), trained_by(once), trained_by(twice)
    assert name in terms and name not in none
    assert terms["total"].item() == pytest.approx(sum(value.item() for key, value in terms.items() if key != "total"), rel=1e-5)
    assert not torch.allclose(gradient, nothing, rtol=1e-3, atol=1e-7)
    torch.testing.assert_close(double - gradient, gradient - nothing, rtol=1e-2, atol=1e-4 * float(gradient.abs().max()))


def test_a_teacher_takes_part_by_what_predictions_are_compared_with(config):
    (by_teacher, gradient), (_, by_itself) = (trained_by(replace(config, objective=replace(config.objective, anti_collapse=name, radius=0.0))) for name in ("ema", NONE))
    assert "ema" not in by_teacher and not torch.allclose(gradient, by_itself, rtol=1e-3, atol=1e-7)


def test_a_new_term_is_its_class_and_its_line(config):
    terms = (*TERMS, Loud)
    made = objective_class(terms)
    assert made().values == Objective().values | {"loudness": 0.5, "loudness_power": 2.0}
    ours = {name: value for name, value in config.objective.values.items()}
    (off, nothing), (on, gradient) = (trained_by(replace(config, objective=made(**ours, loudness=weight)), terms) for weight in (0.0, 3.0))
    assert "loudness" in on and "loudness" not in off and not torch.allclose(gradient, nothing)
    assert on["total"].item() == pytest.approx(off["total"].item() + 3 * on["loudness"].item(), rel=1e-4)
    assert made(loudness=10.0).problems() == [("objective.loudness is 10.0", "give a number: 0 to 9")]
    assert made(loudness_power=0.5).problems()[0][1] == "give a number: 1 or more"
    assert made(loudness=1.0).used()["loudness_power"] == 2.0 and "loudness_power" not in made(loudness=0.0).used()


def refused(tmp_path, objective: str) -> TrainingError:
    (tmp_path / "config.yaml").write_text(f"{ACTION}objective: {objective}")
    with pytest.raises(TrainingError) as caught:
        load_config(tmp_path / "config.yaml")
    return caught.value


def test_a_name_that_no_term_answers_to_is_refused_with_those_that_there_are(tmp_path):
    error = refused(tmp_path, "{ loudness: 1.0 }")
    assert error.code == "RH-CONFIG-KEY" and "`loudness`" in str(error)
    assert all(name in error.fix for name in settings())
    error = refused(tmp_path, "{ anti_collapse: barlow }")
    assert error.code == "RH-CONFIG-VALUE" and all(name in error.fix for name in methods())


@pytest.mark.parametrize(
    "objective",
    [
        "{ variance: 0 }",
        "{ anti_collapse: sigreg, sigreg: 0 }",
        "{ anti_collapse: mcr2, coding_rate: 0, radius: 5 }",
        "{ anti_collapse: infonce, contrastive: 0, inverse_dynamics: 3, odometry: 1 }",
        "{ variance: 0, covariance_in_time: 1 }",
    ],
)
def test_nothing_against_collapse_is_refused(tmp_path, objective):
    error = refused(tmp_path, objective)
    assert error.code == "RH-CONFIG-COLLAPSE" and "anti_collapse: none" in error.fix


def test_an_objective_of_nothing_at_all_is_refused(tmp_path):
    assert "no term of the objective has a weight" in str(refused(tmp_path, "{ anti_collapse: none, prediction: 0, inverse_dynamics: 0 }"))


@pytest.mark.parametrize("objective", ["{ anti_collapse: none }", "{ variance: 0, grounding: 1 }", "{ variance: 0, variance_in_time: 1 }", "{ anti_collapse: ema, radius: 0 }"])
def test_unless_it_is_asked_for_or_something_else_keeps_latents_apart(tmp_path, objective):
    (tmp_path / "config.yaml").write_text(f"{ACTION}objective: {objective}")
    load_config(tmp_path / "config.yaml")


def test_two_terms_cannot_share_a_setting_nor_go_with_one_that_is_not_there():
    class Again(Loud):
        name = "straightening"

    class Lonely(Loud):
        companions = ("nobody",)

    with pytest.raises(ValueError, match="two terms have a setting 'straightening'"):
        settings((*TERMS, Again))
    with pytest.raises(ValueError, match="no term answers to nobody"):
        active("vicreg", Objective().values | {"loudness": 1.0}, (*TERMS, Lonely))


def test_every_method_but_none_keeps_latents_apart():
    assert [name for name in methods() if not Objective(anti_collapse=name).guards()] == []
    assert all(any(term.against_collapse for term in Objective(anti_collapse=name).active()) for name in methods() if name != NONE)
