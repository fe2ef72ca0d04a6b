"""How the newer parts of the pure rooms live under the guard: one `live()` a module, called by tests.house.guarded."""
