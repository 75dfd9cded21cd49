"""What the comparison must show, and what it aims at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["Bar", "bars"]

_THROUGHPUT, _P95, _P50, _TRAINING = (3.0, 5.0), (1 / 2, 1 / 4), (8.0, 5.0), (1 / 4, 1 / 4)


@dataclass(frozen=True)
class Bar:
    """A ratio of this project to a peer, what it must be and what it should be; the more the better, or the less."""

    name: str
    ratio: float
    bar: float
    aim: float
    more: bool = False

    @property
    def held(self) -> bool:
        """Whether what must be is."""
        return self._fits(self.bar)

    @property
    def aimed(self) -> bool:
        """Whether what should be is."""
        return self._fits(self.aim)

    def numbers(self) -> dict[str, Any]:
        """As it is printed and kept."""
        return {
            "name": self.name, "ratio": round(self.ratio, 3), "bar": round(self.bar, 3), "aim": round(self.aim, 3),
            "more_is_better": self.more, "held": self.held, "aim_reached": self.aimed,
        }  # fmt: skip

    def _fits(self, wanted: float) -> bool:
        return self.ratio >= wanted if self.more else self.ratio <= wanted


def bars(ours: Mapping[str, Any], default: Mapping[str, Any], bare: Mapping[str, Any]) -> list[Bar]:
    """All of them, from `Compared.numbers` and the seconds of training beside."""
    found = []
    for clients, own in ours["clients"].items():
        peer, least = default["clients"][clients], bare["clients"][clients]
        found += [
            Bar(
                f"吞吐／默认 Rasa，{clients} 个客户端", own["per_second"] / peer["per_second"], *_THROUGHPUT, more=True
            ),
            Bar(f"p95／默认 Rasa，{clients} 个客户端", own["p95_ms"] / peer["p95_ms"], *_P95),
            Bar(f"p50／裸 Rasa，{clients} 个客户端", own["p50_ms"] / least["p50_ms"], *_P50),
        ]
    # By whichever of clock and processor is worse for this project: the two may have been trained under different load.
    peer = default["training"]
    training = max(ours["training"][by] / peer.get(f"reckoned_{by}", peer[by]) for by in ("seconds", "cpu_seconds"))
    return [*found, Bar("训练时间／默认 Rasa", training, *_TRAINING)]
