"""Three-valued evaluation of a provision's rules over facts, on a date. Pure: data in, determination out."""
