"""The trees, facts and words of Déclic, and the pure code that reads and checks them."""
