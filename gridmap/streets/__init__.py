"""HOW ONE GETS THERE: streets, and which of their metres are lit. Pure."""
