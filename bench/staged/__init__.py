"""The three servers with a watch on each stage of a message; `bench.stages` starts them in the place of the plain ones."""
