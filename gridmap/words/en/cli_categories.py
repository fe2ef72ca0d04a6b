"""Words of the terminal about categories and service items."""

WORDS = {
    "help.categories": "Categories of issues: list, defaults, import, export, template",
    "help.categories_list": "List the categories in force on a day",
    "help.categories_import": "Take categories in from a workbook; an empty cell or absent column leaves what must not be empty",
    "help.categories_export": "Write the categories as a workbook, to be edited and taken in again",
    "help.categories_template": "Write the classes of digital city management as a workbook of categories, to be edited first",
    "help.categories_defaults": "Keep the categories that the product ships",
    "help.services": "Items of the service counter: list, import, export; they are never counted as issues",
    "help.services_list": "List the items of the service counter in force on a day",
    "help.services_import": "Take the items of the service counter in from a workbook: number, name, department",
    "help.services_export": "Write the items of the service counter as a workbook",
    "categories.file": "The workbook or csv.",
    "categories.complete": "What is in force and absent from the file ends.",
    "categories.count.added": "added",
    "categories.count.changed": "changed",
    "categories.count.unchanged": "unchanged",
    "categories.count.ended": "ended",
    "categories.count.rejected": "rejected",
    "categories.kept": "Kept.",
    "categories.template": "{count} classes: {path}. Put in units and lengths, then: gridmap categories import",
}
