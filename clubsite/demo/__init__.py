"""The demo clubs: real structures (public facts), made-up companies, buyers, people and dealings, all marked as such."""
