"""Words of workbooks of categories and service items."""

WORDS = {
    "quantity.people": "people",
    "quantity.yuan": "yuan",
    "quantity.lamps": "lamps",
    "quantity.startups": "start-ups",
    "category_empty": "{name}: a new category needs it; fill in {column}",
}
