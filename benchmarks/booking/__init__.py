"""An office that promises each customer a time as the calls come in."""
