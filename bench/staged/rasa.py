"""Rasa with a watch."""

from bench.speed.watching import run

if __name__ == "__main__":
    run("koujing.rasa.server", "rasa")
