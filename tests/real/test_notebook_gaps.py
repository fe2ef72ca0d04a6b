"""What the notebook on coverage gaps says of Cambridge is what an independent computation says."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "02_coverage_gaps.ipynb"

# A spatial join for the cells; for the streets, points every half metre and the distance to their nearest lamp.
INDEPENDENT = """
from scipy.spatial import KDTree

small_cells = gpd.read_file(city / "census2020_adj_blocks.geojson")[["GEOID20", "geometry"]]
lights = gpd.read_file(city / "street_lights.geojson")
joined = lights.sjoin(small_cells, predicate="intersects")
lights_linked = joined.index.nunique()
cells_without = len(small_cells) - joined.groupby(level=0)["GEOID20"].min().nunique()

metres = np.ceil(roads.length.to_numpy() / 0.5).astype(int)
road = np.repeat(np.arange(len(roads)), metres)
share = (np.arange(len(road)) - np.repeat(np.cumsum(metres) - metres, metres) + 0.5) / metres[road]
step = roads.length.to_numpy()[road] / metres[road]
points = roads.geometry.to_numpy()[road]
xy = shapely.get_coordinates(shapely.line_interpolate_point(points, share, normalized=True))
lamp_xy = shapely.get_coordinates(lamps.geometry.to_numpy())
any_lamp = KDTree(lamp_xy).query(xy)[0] <= RADIUS
lit = KDTree(lamp_xy[working.to_numpy()]).query(xy)[0] <= RADIUS
sampled = {"unlit": step[~any_lamp].sum(), "dark": step[~lit & any_lamp].sum()}
every = gridmap.dark_stretches(roads, lamps[working], RADIUS, 0.001, all_lamps=lamps).groupby("kind")["length_m"].sum()
"""

CHECKS = """
assert linked.sum() == lights_linked == 6109, (linked.sum(), lights_linked)
assert (held == 0).sum() == cells_without == 175, ((held == 0).sum(), cells_without)
for kind, metres_sampled in sampled.items():
    assert abs(every[kind] - metres_sampled) < 0.005 * metres_sampled, (kind, every[kind], metres_sampled)
assert (by_kind["sum"] <= every).all(), "what is reported from 40 m on is a part of what is dark"
reported = dark.groupby("stretch")["length_m"].sum()
assert (reported >= SHORTEST - 1e-6).all()
assert set(answers["how"]) <= {"head", "chief", "stand_in", "parent", "team"}
"""


def test_what_the_notebook_says_of_cambridge_is_what_samples_and_a_spatial_join_say(
    real_data: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("GRIDMAP_REAL_DATA", str(real_data))
    notebook = nbformat.read(NOTEBOOK, as_version=nbformat.NO_CONVERT)
    extra = ["import shapely", INDEPENDENT, CHECKS]
    notebook.cells += [nbformat.v4.new_code_cell(source) for source in extra]
    NotebookClient(
        notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}
    ).execute()
