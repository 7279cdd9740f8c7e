"""The search kernel: numba functions on arrays, and what drives them."""
