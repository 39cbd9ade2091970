"""Rules taken away one at a time: then some history must fail, or the requirements prove nothing."""
