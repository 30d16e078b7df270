import torch

from rehearse_training.stages.evaluation import r2


def test_r2_is_the_share_explained_and_one_for_what_never_changes():
    wanted = torch.tensor([[0.0, 1.0], [1.0, 1.0], [2.0, 1.0], [3.0, 1.0]])
    assert r2(wanted, wanted) == [1.0, 1.0]
    assert r2(wanted.mean(dim=0).expand(4, 2), wanted) == [0.0, 1.0]
    assert r2(wanted + torch.tensor([0.5, 0.001]), wanted) == [0.8, 1.0]
