"""Rasa with a watch."""

# Quick before TensorFlow, ten seconds after (koujing/rasa/server.py).
import skops.io  # noqa: F401

from bench.speed.watching import run

if __name__ == "__main__":
    run("koujing.rasa.server", "rasa")
