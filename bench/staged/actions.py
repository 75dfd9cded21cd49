"""The action server with a watch."""

from bench.speed.watching import run

if __name__ == "__main__":
    run("koujing.rasa.action_server", "actions")
