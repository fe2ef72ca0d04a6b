"""Streets of the towns, lanes through blocks, the coast road, the roads between communities; and the lamps."""

from __future__ import annotations

from itertools import pairwise

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from gridmap.office.dapeng import ground
from gridmap.office.dapeng.names import Names
from gridmap.office.dapeng.size import Size

# The roads between communities, as the places of `ground.PLACES` that they join.
_LINKS = ((3, 6), (6, 0), (0, 1), (0, 5), (5, 4), (4, 3), (5, 2), (2, 1))
_COAST = 2  # the row of blocks along which the coast road runs
_MISSING, _LANES = 0.16, 0.20  # shares of town streets left out, and of blocks with a lane
_UNLIT_STREETS = 0.12  # share of town streets without a lamp
_ASIDE, _BEND = 4.0, 140.0  # metres: a lamp from its centre line; about a third of a dark run
_PIER = 3
_WIDTHS = {"arterial": 24.0, "collector": 14.0, "local": 9.0, "lane": 4.0}

Node = tuple[int, int]  # in half blocks
Edge = tuple[Node, Node]


def roads(rng: np.random.Generator, names: Names) -> gpd.GeoDataFrame:
    """Return the fields of the layer `roads` and geometry, one row a piece between two crossings; all hang together."""
    found: dict[Edge, tuple[str, str]] = {}
    for start, end in _LINKS:
        name = names.say("dapeng.link_road", start=names.communities[start], end=names.communities[end])
        found |= dict.fromkeys(_between(ground.PLACES[start], ground.PLACES[end]), (name, "arterial"))
    coast = ((i, 2 * _COAST) for i in range(2, 2 * ground.COLUMNS - 1))
    found |= dict.fromkeys(pairwise(coast), (names.say("dapeng.coast_road"), "arterial"))
    for edges, name, kind in _town(rng, names):
        for edge in edges:
            found.setdefault(edge, (name, kind))
    rows = [(name, kind, _WIDTHS[kind], edges) for (name, kind), edges in _chains(_whole(found))]
    frame = pd.DataFrame(rows, columns=["name", "road_class", "width", "edges"])
    shapes = [_line(edges) for edges in frame.pop("edges")]
    frame.insert(0, "road_no", [f"R{number:04}" for number in range(1, len(frame) + 1)])
    return gpd.GeoDataFrame(frame, geometry=shapes, crs=ground.CRS)


def _between(start: ground.Place, end: ground.Place) -> list[Edge]:
    """Half edges from one heart to another along the lattice, in turns along and across, so that it looks slanted."""
    (i, j), (k, m) = ((2 * int(p.u), 2 * int(p.v)) for p in (start, end))
    turns = max(1, min(abs(k - i), abs(m - j)) // 10)
    path = [(i, j)]
    for turn in range(1, turns + 1):
        for to in (
            (2 * round((i + (k - i) * turn / turns) / 2), path[-1][1]),
            (None, 2 * round((j + (m - j) * turn / turns) / 2)),
        ):
            path += _steps(path[-1], (path[-1][0] if to[0] is None else to[0], to[1]))
    return [_edge(a, b) for a, b in pairwise(path)]


def _steps(start: Node, end: Node) -> list[Node]:
    di, dj = (int(np.sign(b - a)) for a, b in zip(start, end, strict=True))
    count = abs(end[0] - start[0]) + abs(end[1] - start[1])
    return [(start[0] + di * step, start[1] + dj * step) for step in range(1, count + 1)]


def _edge(a: Node, b: Node) -> Edge:
    return (a, b) if a < b else (b, a)


def _town(rng: np.random.Generator, names: Names) -> list[tuple[list[Edge], str, str]]:
    """Streets along and across wherever a block beside them is built, without some; lanes in the middle of towns."""
    streets = []
    column, row = ground.blocks()
    inner = (column > 0) & (row > 0) & ground.built(column + 0.5, row + 0.5)
    for i, j in zip(column[inner].tolist(), row[inner].tolist(), strict=True):
        community = int(ground.community(np.array([i + 0.5]), np.array([j + 0.5]))[0])
        own, heart = names.communities[community], ground.PLACES[community]
        for along in (True, False):
            start = (2 * i, 2 * j)
            end = (start[0] + 2, start[1]) if along else (start[0], start[1] + 2)
            number = (j - int(heart.v) if along else i - int(heart.u)) + 20
            name = names.say("dapeng.street" if along else "dapeng.avenue", community=own, number=number)
            main = number % 4 == 0
            if main or rng.random() >= _MISSING:
                edges = [_edge(a, b) for a, b in pairwise([start, *_steps(start, end)])]
                streets.append((edges, name, "collector" if main else "local"))
        if rng.random() < _LANES * min(1.0, float(ground.density(np.array(i), np.array(j)))):
            middle = (2 * i + 1, 2 * j)
            path = [middle, *_steps(middle, (2 * i + 1, 2 * j + 2))]
            lane = names.say("dapeng.lane", community=own, number=len(streets))
            streets.append(([_edge(a, b) for a, b in pairwise(path)], lane, "lane"))
    return streets


def _whole(found: dict[Edge, tuple[str, str]]) -> dict[Edge, tuple[str, str]]:
    """Keep the edges of the largest part that hangs together."""
    edges = list(found)
    nodes = {node: number for number, node in enumerate(dict.fromkeys(node for edge in edges for node in edge))}
    a, b = (np.array([nodes[edge[end]] for edge in edges]) for end in (0, 1))
    graph = coo_array((np.ones(len(edges)), (a, b)), shape=(len(nodes), len(nodes)))
    _, part = connected_components(graph, directed=False)
    kept = part[a] == np.bincount(part).argmax()
    return {edge: found[edge] for edge, keep in zip(edges, kept, strict=True) if keep}


def _chains(found: dict[Edge, tuple[str, str]]) -> list[tuple[tuple[str, str], list[Edge]]]:
    """Join two half edges of one street where nothing else meets them: pieces run from crossing to crossing."""
    at: dict[Node, int] = {}
    for edge in found:
        for node in edge:
            at[node] = at.get(node, 0) + 1
    chains, taken = [], set()
    for edge, label in found.items():
        if edge in taken:
            continue
        (i, j), (k, m) = edge
        ahead = ((k, m), (2 * k - i, 2 * m - j))
        joined = [edge, ahead] if at[k, m] == 2 and found.get(ahead) == label and ahead not in taken else [edge]
        taken.update(joined)
        chains.append((label, joined))
    return chains


def _line(edges: list[Edge]) -> shapely.LineString:
    (i, j), (k, m) = edges[0][0], edges[-1][1]
    return ground.line((i / 2, j / 2), (k / 2, m / 2))


def lamps(rng: np.random.Generator, streets: gpd.GeoDataFrame, size: Size) -> gpd.GeoDataFrame:
    """Return the fields of the layer `streetlights` and geometry: evenly spaced along all streets that have lamps.

    Lanes and a share of the town streets have none. What is dark comes in runs. The last ones stand on a pier outside
    all cells. `status` is what the survey of the year finds.
    """
    town = streets["road_class"] == "local"
    chosen = streets.loc[town, "name"].drop_duplicates()
    unlit = chosen.iloc[rng.permutation(len(chosen))[: round(_UNLIT_STREETS * len(chosen))]]
    streets = streets.assign(place=pd.factorize(streets["name"])[0])  # in the order of the roads, whatever the language
    lit = streets[(streets["road_class"] != "lane") & ~streets["name"].isin(unlit)].sort_values(["place", "road_no"])
    pier = min(_PIER, size.streetlights - size.dark)
    ashore = size.streetlights - pier
    ends = np.cumsum(lit.geometry.length.to_numpy())
    along = (np.arange(ashore) + 0.5) * ends[-1] / max(ashore, 1)
    number = np.searchsorted(ends, along)
    offset = along - np.concatenate([[0.0], ends])[number]
    xy = _beside(lit.geometry.to_numpy()[number], offset)
    wave = np.sin(along / _BEND + rng.uniform(0, 6.3)) + np.sin(along / (3.7 * _BEND)) + 0.5 * rng.random(ashore)
    status = np.full(ashore, "working", dtype=object)
    status[np.argsort(-wave, kind="stable")[: size.dark]] = "dark"
    out = ground.at(np.full(pier, 60.5), -0.4 * np.arange(1, pier + 1))
    return _poles(
        rng,
        np.concatenate([xy, out]),
        [*status, *["working"] * pier],
        [*lit["name"].to_numpy()[number], *[None] * pier],
    )


def _beside(line: np.ndarray, offset: ground.Floats) -> ground.Floats:
    """Places beside lines, on alternate sides."""
    places = shapely.get_coordinates(shapely.line_interpolate_point(line, offset))
    ahead = shapely.get_coordinates(shapely.line_interpolate_point(line, np.maximum(offset - 1, 0) + 1.5))
    back = shapely.get_coordinates(shapely.line_interpolate_point(line, np.maximum(offset - 1, 0)))
    normal = np.column_stack([back[:, 1] - ahead[:, 1], ahead[:, 0] - back[:, 0]])
    normal /= np.linalg.norm(normal, axis=1)[:, None]
    side = np.where(np.arange(len(offset)) % 2, _ASIDE, -_ASIDE)
    return np.asarray(places + normal * side[:, None])


def _poles(
    rng: np.random.Generator, xy: ground.Floats, status: list[str], street: list[str | None]
) -> gpd.GeoDataFrame:
    count = len(xy)
    led = rng.random(count) < 0.6
    frame = {
        "pole": [f"L{number:05}" for number in range(1, count + 1)],
        "status": status,
        "street": street,
        "led": pd.array(led, dtype="boolean"),
        "heads": pd.array(np.where(rng.random(count) < 0.1, 2, 1), dtype="Int64"),
        "power": np.where(led, 60.0, 150.0),
    }
    return gpd.GeoDataFrame(frame, geometry=shapely.points(xy), crs=ground.CRS)
