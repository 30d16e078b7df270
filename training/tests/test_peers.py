"""The parts of bench/peers that need no other package than training has."""

import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch

sys.path.insert(0, str(Path(__file__).parents[2] / "bench"))

from peers.cem import cem  # noqa: E402
from peers.gemm import gemm_gflops  # noqa: E402
from peers.problem import Problem, step_weights  # noqa: E402

from rehearse_training.export.import_folder import load_networks  # noqa: E402

SHIPPED = Path(__file__).parents[2] / "models" / "rooms" / "base"


def bowl(lowest, start):
    """A cost with one known lowest point."""
    return SimpleNamespace(warm_start=start, cost=lambda actions: (actions - lowest).square().sum(dim=(1, 2)))


def plans_of(problem, seed=0, **settings):
    plans = []
    cem(problem, torch.Generator().manual_seed(seed), plans.append, **settings)
    return plans


def test_cem_finds_the_bottom_of_a_bowl():
    lowest = torch.linspace(-0.8, 0.8, 10).reshape(5, 2)
    plans = plans_of(bowl(lowest, torch.zeros(5, 2)))
    assert len(plans) == 30
    assert (plans[-1] - lowest).abs().max() < 0.01


def test_cem_keeps_to_the_bounds():
    (*_, last) = plans_of(bowl(torch.full((4, 2), 3.0), torch.zeros(4, 2)))
    assert last.max() <= 1
    assert last.min() > 0.95


def test_cem_repeats_with_its_seed():
    problem = bowl(torch.full((4, 2), 0.3), torch.zeros(4, 2))
    first, again, other = (plans_of(problem, seed, iterations=2) for seed in (1, 1, 2))
    assert torch.equal(first[-1], again[-1])
    assert not torch.equal(first[-1], other[-1])


def test_the_cost_is_that_of_the_steps_one_by_one():
    networks = load_networks(SHIPPED)
    torch.manual_seed(0)
    weights = step_weights(6, 0.25)
    problem = Problem(networks, torch.randn(34), torch.tensor([[0.5, -1.0]]), torch.zeros(6, 2), 4, weights)
    actions = torch.rand(7, 6, 2) * 2 - 1
    latents, total = problem.latent.expand(7, -1), torch.zeros(7)
    for step in range(6):
        latents = problem.step(latents, actions[:, step])
        total += weights[step] * problem.cost_to_go(latents)
    assert torch.allclose(problem.cost(actions), total, atol=1e-5)


def test_the_last_step_counts_for_its_share_and_for_its_part_of_the_mean():
    weights = step_weights(5, 0.25)
    assert weights.sum() == pytest.approx(1)
    assert weights[:4].tolist() == pytest.approx([0.15] * 4)


def test_products_are_measured_with_every_library():
    found = gemm_gflops(rows=64, size=32, threads=1, seconds=0.05)
    assert set(found) == {"numpy", "torch", "onnxruntime"}
    for speed in found.values():
        assert speed["n"] >= 3
        assert 0 < speed["median"] <= speed["best"]
