"""Errand: the demo office: a made-up Dapeng whose files come in as any office's files do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from gridmap.errors import ConflictError
from gridmap.intake.grids import read_grid, read_territory
from gridmap.office.categories import import_service_items
from gridmap.office.dapeng.files import Files, write_dapeng
from gridmap.office.dapeng.size import Size
from gridmap.office.dapeng.year.replay import Entered, clock_at, replay_year
from gridmap.office.duty_rules import keep_default_duties
from gridmap.office.grids import GridReport, list_editions, publish_grid
from gridmap.office.importing import ImportReport, Source, Terms, import_register
from gridmap.office.issues import keep_default_categories
from gridmap.office.listing import list_features, tally
from gridmap.office.mapping import Wanted, draw_map, draw_picture
from gridmap.office.rostering import import_roster
from gridmap.office.route_outputs import WantedRoutes, put_out
from gridmap.office.route_plans import Asked
from gridmap.office.routing import plan_evening
from gridmap.office.setup import found_office
from gridmap.office.taking_in import FileReport
from gridmap.office.wiring import Office, is_founded, open_office
from gridmap.people.person import Person
from gridmap.settings import Settings
from gridmap.store import batches, people, plans
from gridmap.words import say

SEED = 2015
# The demo's clock stands still (DESIGN 4, Time).
INSTANT = "2015-12-31T18:30:00+08:00"
FROM = dt.date(2015, 1, 1)
_FOUNDED = "2015-01-05T09:00:00+08:00"  # the first working day
_DUTIES_FROM = dt.date(2015, 3, 1)  # the campaign begins (assumed)
_FILES = "files"
_MAPS = "maps"
_TONIGHT = 2  # so many of them have their evening planned
# So many features a grid worker answers for, at most.
_LOAD_LIMIT = {"grid_worker": 300}


@dataclass(frozen=True, slots=True)
class Demo:
    """The demo office as made.

    Its files; what publishing its grid said (null: it was there); what each import did that was not there yet; how much
    of the year was entered (null: it was there).
    """

    files: Path
    grid: GridReport | None
    roster: FileReport
    imports: tuple[ImportReport, ...]
    entered: Entered | None


def make_demo(
    person: Person, home: Path, *, lang: str = "en", size: Size | None = None, seed: int = SEED, database: str = ""
) -> Demo:
    """Found the demo office in `home`, write its files and take them in; twice changes nothing.

    `size`: how much of everything there is and what happens in its year (null: the model office). `database`: see
    `found_office`.
    Raises ConflictError if `home` keeps another office.
    """
    name = say("office.demo_name", lang)
    if not is_founded(home):
        found_office(person, home, name=name, settings=_settings(lang), database=database)
    folder = home / _FILES
    folder.mkdir(mode=0o700, exist_ok=True)
    with open_office(home) as office:
        if not office.settings.demo_instant:
            raise ConflictError("office.not_a_demo", home=home)
        lang = office.settings.lang  # that of its files; a second run in another one changes nothing
        size = size or Size()
        files = write_dapeng(folder, seed, office.layers, size=size, lang=lang)
        with clock_at(office, dt.datetime.fromisoformat(_FOUNDED)):
            grid = _publish(person, office, files, name)
            roster = import_roster(person, office, files.roster, on=FROM)
            imports = tuple(_take_in(person, office, files, lang))
            keep_default_categories(person, office, on=FROM, lang=lang)
            keep_default_duties(person, office, on=_DUTIES_FROM)
            import_service_items(person, office, files.services, Terms(FROM), lang=lang)
        entered = replay_year(person, office, seed=seed, year=size.year, survey=files.survey)
        return Demo(folder, grid, roster, imports, entered)


def _settings(lang: str) -> Settings:
    return Settings(lang=lang, demo_instant=INSTANT, load_limit=_LOAD_LIMIT)


def _publish(person: Person, office: Office, files: Files, name: str) -> GridReport | None:
    if len(list_editions(person, office)):
        return None
    grid = read_grid(files.cells, lengths=office.settings.code_lengths)
    land = read_territory(files.territory)
    return publish_grid(person, office, grid, name=name, valid_from=FROM, territory=land)


def _take_in(person: Person, office: Office, files: Files, lang: str) -> Iterator[ImportReport]:
    """Take in the registers that were not taken in yet: of what came later their files know nothing."""
    with office.reading(person) as tx:
        taken = batches.batches(tx)
    known = set(taken.loc[taken["undone_at"].isna(), "file"])
    for one in files.registers:
        if one.path.name not in known:
            yield import_register(person, office, one.layer, Source(one.path, crs=one.crs), Terms(FROM), lang=lang)


def linked_where(person: Person, home: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return what the demo office keeps: the counts a layer, and how many of each layer lie in each big cell.

    The second has a row a big cell (code, name) and a column a layer; the row without a code counts what is in none.
    """
    with open_office(home) as office:
        counts = tally(person, office, on=FROM)
        with office.reading(person) as tx:
            (edition, *_) = list_editions(person, office)["id"]
            grid = office.grid(tx, int(edition))
        tops = grid.closure().merge(grid.level("big")[["code", "name"]], left_on="ancestor", right_on="code")
        where = tops.set_index("cell")["ancestor"]
        columns = {}
        for layer in counts["layer"]:
            rows = list_features(person, office, layer, on=FROM)
            columns[layer] = rows["cell"].map(where).value_counts(dropna=False)
        table = pd.DataFrame(columns).fillna(0).astype("int64")
        named = grid.level("big").set_index("code")["name"]
        return counts, table.rename_axis("code").reset_index().assign(name=lambda rows: rows["code"].map(named))


def plan_tonight(person: Person, home: Path, gaps: pd.DataFrame, *, lang: str = "en") -> tuple[str, Path] | None:
    """Plan the evening of the grid workers with the most of `gaps` (as `gapping.find` returns them), draw the first.

    Returns the number of the plan and the page of the route; a plan that there is already stays. Null: none of them
    has a route.
    """
    folder = home / _MAPS
    folder.mkdir(mode=0o700, exist_ok=True)
    with open_office(home) as office:
        today = office.clock.today()
        with office.reading(person) as tx:
            cadres = people.roster(tx).cadres
            number = plans.newest(tx, today)
        workers = cadres.loc[cadres["tier"] == "grid_worker", "cadre"]
        carried = gaps.loc[gaps["responsible"].isin(workers), "responsible"].value_counts()
        busiest = sorted(carried.index, key=lambda one: (-carried[one], one))[:_TONIGHT]
        number = number or plan_evening(person, office, Asked(today, cadres=tuple(busiest)))
        with office.reading(person) as tx:
            going = plans.plan_kept(tx, number).routes["cadre"]
        if going.empty:
            return None
        page = folder / f"route-{going.iloc[0]}.html"
        put_out(person, office, WantedRoutes(number, (going.iloc[0],)), {"map": page}, lang=lang)
    return number, page


def draw_demo(person: Person, home: Path, *, lang: str = "en") -> tuple[Path, ...]:
    """Draw the demo office at its instant into `home`/maps: the page for all, two pictures; return their paths."""
    folder = home / _MAPS
    folder.mkdir(mode=0o700, exist_ok=True)
    page, gaps, coverage = folder / "map.html", folder / "gaps.png", folder / "coverage.png"
    with open_office(home) as office:
        wanted = Wanted(office.clock.today())
        draw_map(person, office, page, wanted, lang=lang)
        draw_picture(person, office, gaps, wanted, view="gaps", lang=lang)
        draw_picture(person, office, coverage, wanted, view="coverage", lang=lang)
    return page, gaps, coverage
