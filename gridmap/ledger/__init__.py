"""What happened: visits, issues and their flow, duties, categories, indicators. Pure."""
