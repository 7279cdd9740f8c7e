"""Two commits side by side: their sources, what is measured of each, the table."""
