"""Chinese text, pure: normalising, cutting, numerals, facts, places and questions. Imports no other part of Koujing."""
