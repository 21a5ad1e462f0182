"""The common pool (公海): customers that nobody owns, taken and released within daily limits."""
