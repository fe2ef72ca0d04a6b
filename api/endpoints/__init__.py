"""One file a resource: each turns a request into a call of an errand."""
