"""`python -m koujing.wechat_sim`: as `koujing wechat sim`."""

from __future__ import annotations

from koujing.wechat_sim.command import sim

if __name__ == "__main__":
    sim()
