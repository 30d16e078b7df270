"""The `objective:` part of a configuration: made of what the registered terms declare, so that a term has its settings in one place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import field, fields, make_dataclass
from typing import Any

from ..losses import registry
from ..losses.registry import TERMS
from ..losses.term import Term


class _Objective:
    """`anti_collapse`: the method that keeps latents from collapsing; other methods' settings then count for nothing. A weight of 0 switches its term off."""

    registered: tuple[type[Term], ...]
    anti_collapse: str

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """Of all settings, without the method."""
        return tuple(f.name for f in fields(cls) if f.name != "anti_collapse")  # type: ignore[arg-type]

    @property
    def values(self) -> dict[str, float]:
        return {name: getattr(self, name) for name in self.names()}

    def active(self) -> list[type[Term]]:
        return registry.active(self.anti_collapse, self.values, self.registered)

    def used(self) -> dict[str, Any]:
        """The method, and the settings that have a say: weights, and what else their terms go by."""
        active = self.active()
        names = {name for term in active for name in (term.name, *term.settings)}
        return {"anti_collapse": self.anti_collapse, **{name: value for name, value in self.values.items() if name in names and value is not False}}

    def problems(self) -> list[tuple[str, str]]:
        """What is wrong with the settings by themselves, and what to do about it."""
        methods = registry.methods(self.registered)
        if self.anti_collapse not in methods:
            return [(f"objective.anti_collapse is {self.anti_collapse!r}", f"choose from: {', '.join(methods)}")]
        allowed = registry.settings(self.registered)
        return [
            (f"objective.{name} is {value}", f"give a number: {allowed[name].range}") for name, value in self.values.items() if not allowed[name].allows(value)
        ]

    def guards(self) -> bool:
        """Whether anything keeps latents from becoming all alike, or nothing is meant to."""
        return self.anti_collapse == registry.NONE or any(term.against_collapse for term in self.active())


def objective_class(terms: Iterable[type[Term]] = TERMS) -> type:
    terms = tuple(terms)
    settings = [(name, type(setting.default), field(default=setting.default)) for name, setting in registry.settings(terms).items()]
    return make_dataclass("Objective", [("anti_collapse", str, field(default="vicreg")), *settings], bases=(_Objective,), frozen=True, namespace={"registered": terms})


Objective = objective_class()
