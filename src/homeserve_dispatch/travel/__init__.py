"""Travel in numbers: whole tables of legs for the search."""
