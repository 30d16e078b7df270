"""Predictors, one file each, by the name that `model.predictor` has for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .cells import CellPredictor
from .field import FieldPredictor
from .mlp import ContextPredictor, MlpPredictor
from .object_centric import ObjectCentricPredictor
from .predictor import Predictor

if TYPE_CHECKING:
    from ...config import ModelSize

PREDICTORS: dict[str, type[Predictor]] = {
    "mlp": MlpPredictor,
    "cells": CellPredictor,
    "object_centric": ObjectCentricPredictor,
    "field": FieldPredictor,
}


def predictor_class(size: ModelSize) -> type[Predictor]:
    return ContextPredictor if size.predictor == "mlp" and size.context > 1 else PREDICTORS[size.predictor]
