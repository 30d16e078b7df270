import cmath
import math

import numpy as np
import pytest
import torch

from rehearse_training.losses.ema import decay_at, follow, teacher_of
from rehearse_training.losses.infonce import contrastive
from rehearse_training.losses.inverse_dynamics import InverseDynamics, mean_speed
from rehearse_training.losses.mcr2 import SQUARED_ERROR, coding_rate
from rehearse_training.losses.mmcr import capacity
from rehearse_training.losses.odometry import OdometryMotion, _products
from rehearse_training.losses.sigreg import random_directions, sigreg
from rehearse_training.losses.sphere import radius
from rehearse_training.losses.straightening import straightening
from rehearse_training.losses.time_similarity import time_similarity
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

def unit_rows(features: torch.Tensor) -> np.ndarray:
    return np.array([[v / math.hypot(*row) for v in row] for row in features.tolist()])


def test_coding_rate_equals_that_of_the_gram_matrix():
    """det(I + a ZᵀZ) = det(I + a ZZᵀ) (Sylvester): the same nats, counted over the points instead of the dimensions."""
    z = unit_rows(CLOUD)
    _, log_det = np.linalg.slogdet(np.eye(40) + 5 / (40 * SQUARED_ERROR) * z @ z.T)
    assert coding_rate(CLOUD).item() == pytest.approx(math.log(3) / 2 - log_det / 2 / 5, abs=1e-12)


def test_coding_rate_has_known_values_for_axes_and_for_a_point():
    axes = 7 * torch.cat([torch.eye(4), -torch.eye(4)]).double()  # lengths do not count
    assert coding_rate(axes).item() == pytest.approx(0, abs=1e-12)
    # One direction only: a single eigenvalue, 1 + d / ε².
    assert coding_rate(torch.ones(9, 4).double()).item() == pytest.approx(math.log(3) / 2 - math.log(1 + 4 / 0.5) / 2 / 4, abs=1e-12)


def polar_nuclear_norm(matrix: np.ndarray) -> float:
    """Of a square matrix, without its singular values: tr(QᵀA), with Q its nearest orthogonal matrix, by Newton's iteration (Higham 1986)."""
    q = matrix
    for _ in range(60):
        q = (q + np.linalg.inv(q).T) / 2
    return float(np.trace(q.T @ matrix))


def test_capacity_equals_the_nuclear_norm_by_polar_decomposition():
    rng = np.random.default_rng(4)
    seen, imagined = (torch.from_numpy(rng.standard_normal((6, 6))) for _ in range(2))
    centroids = (unit_rows(seen) + unit_rows(imagined)) / 2
    assert capacity([seen, imagined]).item() == pytest.approx(1 - polar_nuclear_norm(centroids) / 6, abs=1e-9)


def test_capacity_is_used_up_by_agreement_in_all_directions_and_lost_by_collapse_or_disagreement():
    axes = 3 * torch.cat([torch.eye(4), -torch.eye(4)]).double()
    assert capacity([axes, 2 * axes]).item() == pytest.approx(0, abs=1e-12)
    point = torch.ones(8, 4).double()
    assert capacity([point, point]).item() == pytest.approx(1 - math.sqrt(8) / math.sqrt(8 * 4), abs=1e-12)  # one singular value, √n
    assert capacity([axes, -axes]).item() == pytest.approx(1, abs=1e-12)


def test_contrastive_equals_the_sum_written_out():
    rng = np.random.default_rng(5)
    predicted, targets = (torch.from_numpy(rng.standard_normal((7, 3))) for _ in range(2))
    p, t = unit_rows(predicted), unit_rows(targets)
    total = 0.0
    for i in range(7):
        likeness = [math.exp(sum(p[i][k] * t[j][k] for k in range(3)) / 0.3) for j in range(7)]
        total -= math.log(likeness[i] / sum(likeness))
    assert contrastive(predicted, targets, 0.3).item() == pytest.approx(total / 7, rel=1e-9)


def test_contrastive_is_the_logarithm_of_the_batch_when_nothing_can_be_told_apart():
    point = torch.ones(32, 5)
    assert contrastive(point, point, 0.1).item() == pytest.approx(math.log(32), rel=1e-6)
    axes = torch.eye(8)
    assert contrastive(axes, axes, 0.1).item() == pytest.approx(math.log(1 + 7 * math.exp(-10)), abs=1e-6)


def test_radius_is_nought_on_the_sphere_only():
    assert radius(torch.tensor([[2.0, 0, 0, 0], [1, -1, 1, 1]])).item() == 0
    assert radius(torch.tensor([[0.0, 0], [2, 0]])).item() == pytest.approx(1)  # |z|² / d of 0 and 2


def test_the_teacher_is_a_geometric_mean_of_what_the_student_was():
    student = torch.nn.Linear(1, 1, bias=False).double()
    history = [0.5, 2.0, -1.0, 4.0]
    with torch.no_grad():
        student.weight.fill_(history[0])
    teacher = teacher_of(student)
    for value in history[1:]:
        with torch.no_grad():
            student.weight.fill_(value)
        follow(teacher, student, 0.75)
    wanted = 0.75**3 * history[0] + 0.25 * sum(0.75 ** (3 - i) * history[i] for i in (1, 2, 3))
    assert teacher.weight.item() == pytest.approx(wanted, abs=1e-12)
    assert not teacher.weight.requires_grad and student.weight.requires_grad


def test_the_teacher_comes_to_rest_at_the_end():
    assert decay_at(0.9, 0) == pytest.approx(0.9)
    assert decay_at(0.9, 0.5) == pytest.approx(0.95)
    assert decay_at(0.9, 1) == 1


def test_straightening_is_one_less_the_cosine_of_the_turn():
    def walk(*turns: float) -> torch.Tensor:
        way, heading = [np.zeros(2)], 0.0
        for i, turn in enumerate((0.0, *turns)):
            heading += turn
            way.append(way[-1] + (300 + 50 * i) * np.array([math.cos(heading), math.sin(heading)]))  # long, so that the epsilon is nothing
        return torch.tensor(np.array([way]))

    assert straightening(walk(0, 0)).item() == pytest.approx(0, abs=1e-6)
    assert straightening(walk(0.7, -1.1)).item() == pytest.approx((2 - math.cos(0.7) - math.cos(1.1)) / 2, abs=1e-6)
    assert straightening(walk(math.pi)).item() == pytest.approx(2, abs=1e-6)


def test_rest_has_no_direction_and_a_finite_gradient():
    still = torch.zeros(2, 4, 3, requires_grad=True)
    straightening(still).backward()
    assert torch.equal(still.grad, torch.zeros_like(still))


def test_time_similarity_is_the_mean_square_change_a_step():
    latents = torch.tensor([[[0.0, 0], [1, 3], [5, 3]]])
    # Changes (1, 3) in one step, (4, 0) in two: (2, 0) a step.
    assert time_similarity(latents, torch.tensor([0, 1, 3])).item() == pytest.approx((1 + 9 + 4 + 0) / 4)


def test_inverse_dynamics_is_asked_for_the_mean_speed_by_the_trapezoid_rule():
    head = InverseDynamics(image_latent=3, motions=2)
    for parameter in head.parameters():
        torch.nn.init.zeros_(parameter)
    z = torch.randn(2, 3)
    speeds = torch.tensor([[[1.0, 0.0], [0.0, 0.5], [1.0, 1.0]], [[0.0, -1.0], [0.0, -1.0], [0.0, -1.0]]])
    # Means (0.5, 0.5) and (0, -1), guessed as nought.
    assert head.loss(z, z, mean_speed(speeds)).item() == pytest.approx((0.25 + 0.25 + 0 + 1) / 4)


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
