"""`make bench`: this project beside a Rasa as it comes and a bare one, in one run."""
