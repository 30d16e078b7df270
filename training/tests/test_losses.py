import cmath
import math

import numpy as np
import pytest
import torch

from rehearse_training.losses.inverse_dynamics import InverseDynamics
from rehearse_training.losses.odometry import OdometryMotion, _products
from rehearse_training.losses.sigreg import random_directions, sigreg
from rehearse_training.losses.vicreg import covariance, variance

CLOUD = torch.from_numpy(np.random.default_rng(3).standard_normal((40, 5)) * [0.2, 0.9, 1.5, 1.0, 0.0] + [1, 0, 0, 0, 2])


def test_variance_is_the_shortfall_of_each_standard_deviation():
    std = np.sqrt(CLOUD.numpy().var(axis=0, ddof=1) + 1e-4)
    assert variance(CLOUD).item() == pytest.approx(np.mean(np.maximum(0, 1 - std)), abs=1e-12)


def test_variance_is_nought_once_spread_out_and_nearly_one_when_collapsed():
    assert variance(CLOUD[:, 1:4] * 10).item() == 0
    assert variance(torch.ones(9, 3)).item() == pytest.approx(0.99, abs=1e-6)  # the epsilon counts for 0.01


def test_covariance_equals_numpys():
    matrix = np.cov(CLOUD.numpy().T)
    wanted = sum(matrix[i, j] ** 2 for i in range(5) for j in range(5) if i != j) / 5
    assert covariance(CLOUD).item() == pytest.approx(wanted, abs=1e-12)


def test_covariance_of_twins_is_their_variance_squared():
    x = torch.tensor([1.0, -1.0, 1.0, -1.0], dtype=torch.double)
    assert covariance(torch.stack([x, x], dim=1)).item() == pytest.approx((4 / 3) ** 2)  # two equal off-diagonal entries over two dimensions


def test_sigreg_equals_the_sum_written_out():
    directions = random_directions(5, 3, torch.Generator().manual_seed(1)).double()
    total = 0.0
    for s in range(3):
        projected = [sum(float(CLOUD[n, d]) * float(directions[d, s]) for d in range(5)) for n in range(40)]
        for k in range(17):
            t = 3 * k / 16
            characteristic = sum(cmath.exp(1j * t * p) for p in projected) / 40
            end = 1 if k in (0, 16) else 2
            total += 40 * end * (3 / 16) * math.exp(-t * t / 2) * abs(characteristic - math.exp(-t * t / 2)) ** 2
    assert sigreg(CLOUD, directions).item() == pytest.approx(total / 3, rel=1e-9)


def test_sigreg_tells_a_normal_cloud_from_others():
    chance = torch.Generator().manual_seed(0)
    directions = random_directions(8, 64, chance)
    normal = torch.randn(2000, 8, generator=chance)
    at_normal = sigreg(normal, directions).item()
    assert at_normal < 2  # for a normal cloud the statistic stays of order one, however many points there are
    assert sigreg(torch.zeros(2000, 8), directions).item() > 500 * at_normal
    assert sigreg(normal * 2, directions).item() > 50 * at_normal
    assert sigreg(normal + 1, directions).item() > 50 * at_normal


def test_directions_are_of_unit_length():
    norms = random_directions(8, 64, torch.Generator().manual_seed(0)).norm(dim=0)
    torch.testing.assert_close(norms, torch.ones(64))


def test_inverse_dynamics_is_asked_for_the_mean_speed_by_the_trapezoid_rule():
    head = InverseDynamics(image_latent=3, speeds=2)
    for parameter in head.parameters():
        torch.nn.init.zeros_(parameter)
    z = torch.randn(2, 3)
    speeds = torch.tensor([[[1.0, 0.0], [0.0, 0.5], [1.0, 1.0]], [[0.0, -1.0], [0.0, -1.0], [0.0, -1.0]]])
    # Means (0.5, 0.5) and (0, -1), guessed as nought.
    assert head.loss(z, z, speeds).item() == pytest.approx((0.25 + 0.25 + 0 + 1) / 4)


def test_products_are_one_the_values_and_each_pair_once():
    assert _products(torch.tensor([[2.0, 3.0]])).tolist() == [[1, 2, 3, 4, 6, 9]]


def test_a_guess_of_nought_costs_about_one_whatever_the_displacements_size():
    chance = torch.Generator().manual_seed(0)
    displacement = torch.randn(4000, 2, generator=chance)
    motion = OdometryMotion(image_latent=3, speeds=2)
    for parameter in motion.parameters():
        torch.nn.init.zeros_(parameter)
    z, speeds = torch.randn(4000, 3), torch.randn(4000, 3, 2)
    for size in (0.01, 1.0, 7.0):
        assert motion.forward_loss(z, speeds, size * displacement, 1.0).item() == pytest.approx(1, abs=0.05)
        assert motion.between_loss(z, z, size * displacement).item() == pytest.approx(1, abs=0.05)


def test_one_heading_and_the_speeds_that_followed_tell_the_displacement():
    """The term's point: where heading is in the latent, displacement can be learned; where it is not, it cannot."""
    chance = torch.Generator().manual_seed(1)
    torch.manual_seed(0)
    yaw = 2 * math.pi * torch.rand(2000, generator=chance)
    speed = 1 + torch.rand(2000, generator=chance)
    way = speed[:, None] * torch.stack([yaw.cos(), yaw.sin()], dim=1)
    speeds = torch.stack([speed, torch.zeros(2000)], dim=1)[:, None].expand(-1, 2, -1)

    def learned(latents: torch.Tensor) -> float:
        motion = OdometryMotion(image_latent=2, speeds=2, hidden=16)
        optimiser = torch.optim.Adam(motion.parameters(), lr=1e-2)
        for _ in range(150):
            loss = motion.forward_loss(latents, speeds, way, 1.0)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
        return loss.item()

    assert learned(torch.stack([yaw.cos(), yaw.sin()], dim=1)) < 0.05
    assert learned(torch.randn(2000, 2, generator=chance)) > 0.8
