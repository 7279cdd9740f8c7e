"""Other solvers on our problems: one adapter each, the problems, the judge, the tables."""
