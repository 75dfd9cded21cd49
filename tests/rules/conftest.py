from __future__ import annotations

import pytest

from koujing.knowledge.base import Knowledge
from koujing.rules.law import retirement_law
from koujing.rules.retirement import RetirementLaw


@pytest.fixture(scope="session")
def law(knowledge: Knowledge) -> RetirementLaw:
    return retirement_law(knowledge.sources)
