"""Which sizes the bonds of a model's networks should have: curves as data, budgets, and the choice among them."""
