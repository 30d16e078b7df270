"""All terms of the training objective, in the order in which they are summed. A new one is a file beside this, and a line here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from .ema import Teacher
from .grounding import GroundingSeenTerm, GroundingTerm
from .infonce import Contrastive
from .inverse_dynamics import InverseDynamicsTerm
from .mcr2 import CodingRate
from .mmcr import Capacity
from .odometry import OdometryTerm
from .prediction import Prediction
from .sigreg import SigReg
from .sphere import Radius
from .straightening import Straightening
from .term import Setting, Term
from .time_similarity import TimeSimilarity
from .vicreg import Covariance, Variance
from .vicreg_in_time import CovarianceInTime, VarianceInTime

TERMS: tuple[type[Term], ...] = (
    Prediction,
    Variance,
    Covariance,
    SigReg,
    CodingRate,
    Capacity,
    Contrastive,
    Teacher,
    Radius,
    VarianceInTime,
    CovarianceInTime,
    Straightening,
    TimeSimilarity,
    InverseDynamicsTerm,
    OdometryTerm,
    GroundingTerm,
    GroundingSeenTerm,
)

# Of `anti_collapse`: nothing, for experiments that want to see what happens.
NONE = "none"


def methods(terms: Iterable[type[Term]] = TERMS) -> tuple[str, ...]:
    """What `anti_collapse` may be."""
    return (*(term.method for term in terms if term.method), NONE)


def settings(terms: Iterable[type[Term]] = TERMS) -> dict[str, Setting]:
    """All settings of all terms by name, weights first."""
    found: dict[str, Setting] = {}
    for term in terms:
        for name, setting in (*([(term.name, term.weight)] if term.weight else []), *term.settings.items()):
            if name in found:
                raise ValueError(f"two terms have a setting {name!r}")
            found[name] = setting
    return found


def active(method: str, values: Mapping[str, float], terms: Iterable[type[Term]] = TERMS) -> list[type[Term]]:
    """@param method of `anti_collapse` @param values of all settings @returns the terms that have a say"""
    terms = tuple(terms)

    def chosen(term: type[Term]) -> bool:
        return term.method == method if term.method else True

    def weighs(term: type[Term]) -> bool:
        return term.weight is None or values[term.name] > 0

    heads = {name: [term for term in terms if name in term.companions] for name in {name for term in terms for name in term.companions}}
    unknown = heads.keys() - {term.name for term in terms}
    if unknown:
        raise ValueError(f"no term answers to {', '.join(sorted(unknown))}")

    def accompanied(term: type[Term]) -> bool:
        # What a method is made of goes with it whatever the weight of its first term.
        return term.name not in heads or any(chosen(head) and (head.method != "" or weighs(head)) for head in heads[term.name])

    return [term for term in terms if chosen(term) and weighs(term) and accompanied(term)]
