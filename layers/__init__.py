"""Things on the map: one file is one layer, declared as `LAYER`; adding a layer adds one file and touches no other."""
