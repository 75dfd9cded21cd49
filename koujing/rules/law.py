"""The retirement law built from `policies/sources.yml`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from koujing.rules.retirement import RetirementGroup, RetirementLaw

__all__ = ["retirement_law"]


def retirement_law(sources: Mapping[str, Any]) -> RetirementLaw:
    """The dated retirement ages (validated by `schema/sources.json`)."""
    retirement = sources["retirement"]
    groups = {
        name: RetirementGroup(group["base_age"], group["first_birth"], group["step_months"], group["final_age"])
        for name, group in retirement["groups"].items()
    }
    return RetirementLaw(retirement["reform"]["from"], groups)
