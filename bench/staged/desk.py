"""The desk with a watch."""

from bench.speed.watching import run

if __name__ == "__main__":
    run("koujing.desk.__main__", "desk")
