"""Finding what a question is about: untrained clause search (BM25) and the trained topic and intent model."""
