import pytest
import torch

from rehearse_training.stages.collapse import effective_rank, min_std


def test_effective_rank_counts_the_directions_in_use():
    square = torch.tensor([[1.0, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0]])
    assert effective_rank(square) == pytest.approx(2, abs=1e-3)
    assert effective_rank(square[:2]) == pytest.approx(1, abs=1e-3)
    cube = torch.cat([torch.eye(3), -torch.eye(3)]) + 5  # where the cloud lies does not matter
    assert effective_rank(cube) == pytest.approx(3, abs=1e-3)


def test_min_std_is_that_of_the_flattest_dimension():
    assert min_std(torch.tensor([[0.0, 3.0], [2.0, 3.0]])) == 0
    assert min_std(torch.tensor([[0.0, 3.0], [2.0, 5.0]])) == pytest.approx(2**0.5)
