// Draws a page from its data island. Every text goes through textContent: whatever a name holds stays text.
(function () {
  "use strict";
  const data = JSON.parse(document.getElementById("data").textContent);
  const { cells, layers, gaps, style } = data;
  const total = cells.code.length;
  const has = (column) => column in cells;
  const state = { lang: data.lang, view: data.views[0], level: firstLevel(), off: new Set() };
  const number = new Map(cells.code.map((code, i) => [code, i]));
  const count = (n) => n.toLocaleString("en-US", { maximumFractionDigits: 1 });
  const indices = (n) => Array.from({ length: n }, (_, i) => i);

  function say(name, inputs = {}) {
    return data.texts[state.lang][name].replace(/\{(\w+)\}/g, (_, key) => inputs[key]);
  }
  const otherLanguage = () => (state.lang === "zh" ? "en" : "zh");
  const ofAll = (n, all) =>
    all ? say("of", { n: count(n), total: count(all), share: ((100 * n) / all).toFixed(1) }) : say("not_applicable");

  function el(tag, text, attributes = {}) {
    const made = document.createElement(tag);
    if (text !== undefined && text !== null) made.textContent = text;
    Object.entries(attributes).forEach(([name, value]) => made.setAttribute(name, value));
    return made;
  }
  function svg(tag, attributes, ...children) {
    const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
    Object.entries(attributes).forEach(([name, value]) => made.setAttribute(name, value));
    made.append(...children);
    return made;
  }
  function firstLevel() {
    const deepest = data.levels[data.levels.length - 1];
    const room = window.innerWidth > 760 ? 150 : 40;
    const many = cells.level.filter((level) => level === deepest).length > room;
    return many && data.levels.length > 1 ? data.levels[data.levels.length - 2] : deepest;
  }

  // --- the map: cells and gaps as SVG, features on one canvas; one click looks at everything below it
  const map = window[document.querySelector(".folium-map").id];
  const around = (shape) => L.geoJSON(shape).getBounds();
  const everywhere = cells.shape.filter(Boolean).reduce((all, shape) => all.extend(around(shape)), L.latLngBounds([]));
  L.control.zoom({ position: "bottomright", zoomInTitle: "+", zoomOutTitle: "−" }).addTo(map);
  L.control.scale({ imperial: false, maxWidth: 140 }).addTo(map);
  ["basemap", "fills", "borders", "areas", "features", "labels"].forEach((name, i) => {
    map.createPane(name).style.zIndex = 200 + 20 * i;
    map.getPane(name).style.pointerEvents = "none";
  });
  const renderers = Object.fromEntries(
    ["fills", "borders", "areas"].map((pane) => [pane, L.svg({ pane, padding: 0.5 }).addTo(map)]));
  const canvas = L.canvas({ pane: "features", padding: 0.3 });
  const quiet = { interactive: false };
  ((data.basemap && data.basemap.pieces) || []).forEach(({ uri, bounds: [west, south, east, north] }) =>
    L.imageOverlay(uri, [[south, west], [north, east]], { pane: "basemap", opacity: 0.75, ...quiet }).addTo(map));

  function hatch(id, colour, spacing, width) {
    return svg("pattern", { id, width: spacing, height: spacing, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
      svg("rect", { width: spacing, height: spacing, fill: "#fff", "fill-opacity": 0.35 }),
      svg("line", { x1: 0, y1: 0, x2: 0, y2: spacing, stroke: colour, "stroke-width": width }));
  }
  function patterns() {
    const drawn = [hatch("no-data", "#90A4AE", 6, 1.2), hatch("parent", "#90A4AE", 9, 1), hatch("nobody", "#000000", 7, 1.6)];
    (gaps ? gaps.kinds : []).forEach((kind, k) => drawn.push(hatch(`gap-${k}`, kind.colour, 7, 2.5)));
    return drawn;
  }
  document.body.append(svg("svg", { width: 0, height: 0, style: "position:absolute" }, svg("defs", {}, ...patterns())));

  // --- how a cell looks in each view: {key, fill, opacity, text}
  const tones = {
    own: (i) => ({ fill: has("tint") && cells.tint[i] !== null ? style.people[cells.tint[i]] : "#E3E8EA", opacity: 0.85 }),
    parent: () => ({ fill: "url(#parent)", opacity: 1 }),
    nobody: () => ({ fill: "url(#nobody)", opacity: 0.8 }),
  };
  function answering(i) {
    if (!has("answers") || !cells.answers[i]) return "nobody";
    return has("attended") && cells.attended[i] === false ? "parent" : "own";
  }
  const levelled = Object.fromEntries(data.levels.map((level) => [level, indices(total).filter((i) => cells.level[i] === level)]));
  const inLevel = () => levelled[state.level];
  const figured = () => state.view === "load" || state.view === "coverage";
  function look(i, at) {
    if (state.view === "answers") return tones[answering(i)](i);
    if (!figured()) return { fill: "#fff", opacity: data.basemap ? 0 : 0.6 };
    const classes = cells.classes[state.view][state.level];
    const one = classes ? classes.of[at] : -1;
    if (one === -1) return { fill: "url(#no-data)", opacity: 1 };
    return one === -2 ? { fill: "#fff", opacity: 0.3 } : { fill: classes.colours[one], opacity: style.opacity };
  }

  const fills = L.layerGroup().addTo(map);
  const borderLines = L.layerGroup().addTo(map);
  function drawCells() {
    fills.clearLayers();
    borderLines.clearLayers();
    inLevel().forEach((i, at) => {
      if (!cells.shape[i]) return;
      const { fill, opacity } = look(i, at);
      L.geoJSON(cells.shape[i], { ...quiet, renderer: renderers.fills, pane: "fills",
        style: { stroke: false, fillColor: fill, fillOpacity: opacity, className: "cell", ...quiet } }).addTo(fills);
    });
    data.levels.slice(0, data.levels.indexOf(state.level) + 1).reverse().forEach((level) => {
      if (!cells.borders[level]) return;
      L.geoJSON(cells.borders[level], { ...quiet, pane: "borders", renderer: renderers.borders,
        style: { ...style.borders[level], fill: false, className: `border ${level}`, ...quiet } }).addTo(borderLines);
    });
  }

  // --- names of cells: the largest cells first, none over another, none wider than its cell
  const labels = L.DomUtil.create("div", "", map.getPane("labels"));
  const pen = document.createElement("canvas").getContext("2d");
  function lines(i) {
    const name = cells.name[i] || cells.code[i];
    if (state.view === "answers") return [name, has("answers") && cells.answers[i] ? cells.answers[i] : say("nobody")];
    if (state.view === "load") return [name, has("load") && cells.load[i] !== null ? count(cells.load[i]) : "—"];
    if (state.view === "coverage")
      return [name, cells.eligible && cells.eligible[i] ? `${count(cells.covered[i] || 0)} / ${count(cells.eligible[i])}` : "—"];
    return [name];
  }
  function drawLabels() {
    labels.replaceChildren();
    pen.font = getComputedStyle(labels).font || "12px sans-serif";
    const seen = map.getBounds().pad(0.1);
    // a name never lies over an issue
    const taken = spots.flatMap((of, l) => (switched(`layer ${l}`) ? [...of.values()] : [])).map((spot) => {
      const { x, y } = map.latLngToLayerPoint(spot);
      return [x - STEP / 2, y - STEP / 2, x + STEP / 2, y + STEP / 2];
    });
    const bySize = inLevel().filter((i) => cells.shape[i]).sort((a, b) => (cells.hectares[b] || 0) - (cells.hectares[a] || 0));
    bySize.forEach((i) => {
      const [lon, lat] = cells.label[i];
      if (!seen.contains([lat, lon])) return;
      const at = map.latLngToLayerPoint([lat, lon]);
      const box = pixels(i);
      for (const said of [lines(i), lines(i).slice(0, 1)]) {
        const width = Math.max(...said.map((line) => pen.measureText(line).width)) + 6;
        const height = 15 * said.length;
        const place = [at.x - width / 2, at.y - height / 2, at.x + width / 2, at.y + height / 2];
        const free = taken.every((t) => place[2] < t[0] || place[0] > t[2] || place[3] < t[1] || place[1] > t[3]);
        if (width > box.width || height > box.height || !free) continue;
        taken.push(place);
        const label = el("div", null, { class: "label", style: `left:${at.x}px;top:${at.y}px` });
        label.append(el("b", said[0]), ...said.slice(1).map((line) => el("span", line)));
        labels.append(label);
        break;
      }
    });
  }
  const extents = cells.shape.map((shape) => shape && around(shape));
  function pixels(i) {
    const low = map.latLngToLayerPoint(extents[i].getSouthWest());
    const high = map.latLngToLayerPoint(extents[i].getNorthEast());
    return { width: high.x - low.x, height: low.y - high.y };
  }

  // --- features: one shape a layer, besides its colour
  const corners = (n, turn, inner) => (c, x, y, r) => {
    const steps = inner ? 2 * n : n;
    for (let i = 0; i < steps; i += 1) {
      const reach = inner && i % 2 ? r * inner : r;
      const angle = turn + (2 * Math.PI * i) / steps;
      c[i ? "lineTo" : "moveTo"](x + reach * Math.sin(angle), y - reach * Math.cos(angle));
    }
    c.closePath();
  };
  const forms = {
    circle: (c, x, y, r) => c.arc(x, y, r, 0, 2 * Math.PI),
    square: corners(4, Math.PI / 4), diamond: corners(4, 0), triangle: corners(3, 0), pentagon: corners(5, 0),
    star: corners(5, 0, 0.45),
    cross: (c, x, y, r) => { const w = r * 0.35; [[-w, -r], [w, -r], [w, -w], [r, -w], [r, w], [w, w], [w, r], [-w, r], [-w, w], [-r, w], [-r, -w], [-w, -w]]
      .forEach(([dx, dy], i) => c[i ? "lineTo" : "moveTo"](x + dx, y + dy)); c.closePath(); },
  };
  const grow = { circle: 1, square: 1.2, diamond: 1.3, triangle: 1.35, pentagon: 1.15, star: 1.5, cross: 1.3 };
  const formOf = (name) => (name in forms ? name : "circle");
  function traced(name, x, y, r) {
    const form = formOf(name);
    if (form === "circle") return `M${x + r} ${y}A${r} ${r} 0 1 1 ${x - r} ${y}A${r} ${r} 0 1 1 ${x + r} ${y}Z`;
    const path = [];
    forms[form]({ moveTo: (a, b) => path.push(`M${a} ${b}`), lineTo: (a, b) => path.push(`L${a} ${b}`), closePath: () => path.push("Z") }, x, y, r * grow[form]);
    return path.join("");
  }
  L.Canvas.include({
    _updateMark(mark) {
      if (!this._drawing || mark._empty()) return;
      const form = formOf(mark.options.form);
      this._ctx.beginPath();
      forms[form](this._ctx, mark._point.x, mark._point.y, mark._radius * grow[form]);
      this._fillStroke(this._ctx, mark);
    },
  });
  const Mark = L.CircleMarker.extend({ _updatePath() { this._renderer._updateMark(this); } });
  const radius = () => Math.max(2.5, Math.min(6, (map.getZoom() - 11) * 0.9));
  const pathOf = ({ fill, rim }) => ({ color: rim, weight: rim === style.ink ? 0.8 : 1.6, opacity: 1,
    fill: Boolean(fill), fillColor: fill || "#fff", fillOpacity: 0.95 });
  const lineOf = ({ fill, rim }, area) => ({ color: area ? rim : fill || rim, weight: area ? 0.8 : 1.6, opacity: 0.9, fill: area, fillColor: fill, fillOpacity: 0.5 });

  const groups = layers.map((layer) => {
    const group = L.layerGroup();
    if (layer.byCell) return group; // `gather` fills it
    // what needs somebody lies on top: looks with a rim of their own are drawn last
    const order = indices(layer.rows.length).filter((f) => layer.at[f]).sort((a, b) => rank(layer, a) - rank(layer, b));
    order.forEach((f) => {
      const shown = layer.looks[layer.look[f]];
      if (layer.geometry === "point") {
        const [lon, lat] = layer.at[f];
        new Mark([lat, lon], { ...pathOf(shown), form: layer.form, renderer: canvas, radius: 4, ...quiet }).addTo(group);
      } else {
        L.geoJSON(layer.at[f], { ...quiet, renderer: canvas, style: { ...lineOf(shown, layer.geometry === "area"), renderer: canvas, ...quiet } }).addTo(group);
      }
    });
    return group;
  });
  function rank(layer, f) { return layer.looks[layer.look[f]].fill === "#000000" ? 1 : 0; }
  const GapPoint = L.CircleMarker.extend({
    _updatePath() { this._renderer._setPath(this, this._empty() ? "M0 0" : traced(this.options.form, this._point.x, this._point.y, this._radius)); },
  });
  const gapGroups = (gaps ? gaps.kinds : []).map((kind, k) => {
    const group = L.layerGroup();
    indices(gaps.kind.length).filter((g) => gaps.kind[g] === k && gaps.shape[g]).forEach((g) => {
      const line = { color: kind.colour, weight: kind.width, opacity: 0.95, dashArray: kind.dash.join(" ") || null, lineCap: kind.dash.length ? "butt" : "round",
        fill: kind.draw === "area", fillColor: `url(#gap-${k})`, fillOpacity: 0.9, className: "gap", ...quiet };
      L.geoJSON(gaps.shape[g], { ...quiet, pane: "areas", renderer: renderers.areas, style: line,
        pointToLayer: (_, at) => new GapPoint(at, { ...line, renderer: renderers.areas, pane: "areas", radius: 6, form: kind.form, weight: 2.5, fill: true, fillColor: "#fff", fillOpacity: 0.6 }),
      }).addTo(group);
    });
    return group;
  });

  // --- what stands in its cell until one sees the streets: the most urgent first, the rest counted, none hidden
  const STREETS = 16;
  const STEP = 12;
  const spots = layers.map(() => new Map());
  const more = L.DomUtil.create("div", "", map.getPane("labels"));
  function put(l, f, at) {
    spots[l].set(f, at);
    const layer = layers[l];
    new Mark(at, { ...pathOf(layer.looks[layer.look[f]]), form: layer.form, renderer: canvas, radius: 5, ...quiet }).addTo(groups[l]);
  }
  function gather() {
    const streets = map.getZoom() >= STREETS;
    const held = new Map();
    const placed = [];
    more.replaceChildren();
    layers.forEach((layer, l) => {
      if (!layer.byCell) return;
      groups[l].clearLayers();
      spots[l].clear();
      if (!switched(`layer ${l}`)) return;
      indices(layer.rows.length).forEach((f) => {
        const i = number.get(layer.cell[f]);
        if (streets && layer.at[f]) placed.push([l, f]);
        else if (i !== undefined && cells.label[i]) held.set(i, [...(held.get(i) || []), [l, f]]);
      });
    });
    const urgent = ([k, a], [l, b]) => layers[k].look[a] - layers[l].look[b];
    held.forEach((all, i) => gatherIn(all.sort(urgent), i));
    placed.sort(urgent).reverse().forEach(([l, f]) => put(l, f, L.latLng(layers[l].at[f][1], layers[l].at[f][0])));
  }
  function gatherIn(all, i) {
    const [lon, lat] = cells.label[i];
    const centre = map.latLngToLayerPoint([lat, lon]);
    const box = pixels(i);
    const across = Math.max(1, Math.floor((0.6 * Math.min(box.width, box.height)) / STEP));
    const shown = all.length <= across ** 2 ? all : all.slice(0, Math.max(1, across * (across - 1)));
    const columns = Math.min(across, Math.ceil(Math.sqrt(shown.length)));
    const rows = Math.ceil(shown.length / columns);
    const at = (column, row) => centre.add([(column - (columns - 1) / 2) * STEP, (row - (rows - 1) / 2) * STEP]);
    shown.forEach(([l, f], n) => put(l, f, map.layerPointToLatLng(at(n % columns, Math.floor(n / columns)))));
    if (shown.length === all.length) return;
    const { x, y } = at((columns - 1) / 2, rows);
    more.append(el("div", `+${all.length - shown.length}`, { class: "label more", style: `left:${x}px;top:${y}px` }));
  }

  function switched(key) { return !state.off.has(key); }
  function turn(key, group, on) {
    if (on) state.off.delete(key); else state.off.add(key);
    if (on) group.addTo(map); else group.remove();
    if (layers[groups.indexOf(group)]?.byCell) gather();
  }
  function resize() {
    groups.forEach((group, l) => layers[l].byCell || group.eachLayer((mark) => mark.setRadius && mark.setRadius(radius())));
    gather();
  }

  // --- the panel: switches and the legend are one, every entry with its count
  function swatch(draw) { const made = svg("svg", { width: 20, height: 16, "aria-hidden": "true" }); made.append(...draw); return made; }
  const box = (fill, opacity = 1) => [svg("rect", { x: 1, y: 1, width: 18, height: 14, fill, "fill-opacity": opacity, stroke: style.ink, "stroke-width": 0.7 })];
  function markSwatch(layer, shown) {
    if (layer.geometry !== "point") { const s = lineOf(shown, false);
      return swatch(layer.geometry === "area" ? box(shown.fill || "#fff", 0.5) : [svg("line", { x1: 1, y1: 8, x2: 19, y2: 8, stroke: s.color, "stroke-width": 2 })]); }
    const s = pathOf(shown);
    return swatch([svg("path", { d: traced(layer.form, 10, 8, 5), fill: s.fill ? s.fillColor : "none", stroke: s.color, "stroke-width": s.weight })]);
  }
  function gapSwatch(kind, k) {
    const stroke = { stroke: kind.colour, "stroke-width": Math.min(kind.width, 3), "stroke-dasharray": kind.dash.join(" ") || "none" };
    if (kind.draw === "line") return swatch([svg("line", { x1: 1, y1: 8, x2: 19, y2: 8, ...stroke })]);
    if (kind.draw === "point") return swatch([svg("path", { d: traced(kind.form, 10, 8, 5), fill: "#fff", ...stroke })]);
    return swatch([svg("rect", { x: 2, y: 2, width: 16, height: 12, fill: kind.draw === "area" ? `url(#gap-${k})` : "none", ...stroke })]);
  }
  function entry(picture, text, n, sub) {
    const made = el("div", null, { class: sub ? "entry sub" : "entry" });
    made.append(picture, el("span", text), el("span", n === null ? "" : count(n)));
    return made;
  }
  function toggle(key, group, picture, text, n) {
    const made = el("label");
    const input = el("input", null, { type: "checkbox" });
    input.checked = switched(key);
    input.addEventListener("change", () => { turn(key, group, input.checked); panel(); });
    made.append(input, ...(picture ? [picture] : []), el("span", text), el("span", n));
    return made;
  }
  function choices(name, values, chosen, text, choose) {
    const made = el("div", null, { class: "choices", role: "radiogroup", "aria-label": say(name) });
    values.forEach((value) => {
      const label = el("label");
      const input = el("input", null, { type: "radio", name });
      input.checked = value === chosen;
      input.addEventListener("change", () => choose(value));
      label.append(input, el("span", text(value)));
      made.append(label);
    });
    return [el("h2", say(name)), made];
  }
  function cellLegend() {
    const here = inLevel();
    const title = state.view === "coverage" && data.covered ? data.covered : say(state.view);
    if (state.view !== "answers" && !figured()) return [];
    const head = el("h2", `${title} · ${say(`cells_${state.level}`)}`);
    if (state.view === "answers") {
      const kinds = [["own", "own_head", box(style.people[0])], ["parent", "parent_answers", box("url(#parent)")], ["nobody", "nobody", box("url(#nobody)")]];
      return [head, ...kinds.map(([key, name, picture]) => entry(swatch(picture), say(name), here.filter((i) => answering(i) === key).length)),
        ...(has("tint") ? [el("p", say("tints"), { class: "none" })] : [])];
    }
    const classes = cells.classes[state.view][state.level];
    const of = classes ? classes.of : here.map(() => -1);
    const n = (one) => of.filter((other) => other === one).length;
    const rows = classes ? classes.labels[state.lang].map((text, one) => entry(swatch(box(classes.colours[one], style.opacity)), text, n(one))) : [];
    const dash = [...box("#fff"), svg("line", { x1: 6, y1: 8, x2: 14, y2: 8, stroke: style.ink })];
    if (n(-1)) rows.push(entry(swatch(box("url(#no-data)")), say("no_data"), n(-1)));
    if (n(-2)) rows.push(entry(swatch(dash), say("not_applicable"), n(-2)));
    return [head, ...rows];
  }
  const under = (layer) => (layer.byCell ? "issues" : "layers");
  const anyOn = (name, all, heading) => {
    const mine = indices(all.length).filter((at) => !heading || under(all[at]) === heading);
    return { class: !mine.length || mine.some((at) => switched(`${name} ${at}`)) ? "" : "switched-off" };
  };
  function panel() {
    const inside = el("div");
    inside.append(...choices("view", data.views, state.view, (view) => say(view), show));
    if (data.levels.length > 1) inside.append(...choices("levels", data.levels, state.level, (level) => say(`cells_${level}`), (level) => { state.level = level; draw(); }));
    inside.append(...cellLegend());
    if (gaps) {
      inside.append(el("h2", say("gaps"), anyOn("gap", gaps.kinds)));
      if (!gaps.kinds.length) inside.append(el("p", say("nothing"), { class: "none" }));
      gaps.kinds.forEach((kind, k) => {
        const all = gaps.kind.filter((one) => one === k).length;
        const metres = kind.draw === "line" ? indices(gaps.kind.length).filter((g) => gaps.kind[g] === k).reduce((sum, g) => sum + (gaps.measure[g] || 0), 0) : 0;
        inside.append(toggle(`gap ${k}`, gapGroups[k], gapSwatch(kind, k), kind[state.lang], metres ? `${count(all)} · ${count(metres / 1000)} km` : count(all)));
      });
    }
    layers.forEach((layer, l) => {
      const heading = under(layer);
      if (!l || heading !== under(layers[l - 1])) inside.append(el("h2", say(heading), anyOn("layer", layers, heading)));
      const on = switched(`layer ${l}`);
      const placed = layer.at.filter(Boolean).length;
      const n = layer.byCell || placed === layer.rows.length ? count(layer.rows.length) : `${count(placed)} / ${count(layer.rows.length)}`;
      inside.append(toggle(`layer ${l}`, groups[l], layer.looks.length > 1 ? null : markSwatch(layer, layer.looks[0]), layer[state.lang], n));
      if (layer.looks.length > 1 && on) layer.looks.forEach((shown, at) => {
        const held = layer.look.filter((one) => one === at).length;
        if (held) inside.append(entry(markSwatch(layer, shown), shown[state.lang], held, true));
      });
    });
    const buttons = el("div", null, { class: "buttons" });
    const language = el("button", data.texts[otherLanguage()].this_language, { type: "button" });
    language.addEventListener("click", () => { state.lang = otherLanguage(); draw(); });
    const paper = el("button", say("print"), { type: "button" });
    paper.addEventListener("click", () => window.print());
    const whole = el("button", say("whole"), { type: "button" });
    whole.addEventListener("click", fit);
    buttons.append(language, whole, paper);
    inside.append(buttons);
    side.replaceChildren(el("summary", say("legend")), inside);
  }
  function words() {
    document.documentElement.lang = state.lang === "zh" ? "zh-CN" : "en";
    map.getContainer().setAttribute("aria-label", data.title);
    head.replaceChildren(el("h1", data.title), el("p", data.instant ? say("as_known", { day: data.on, instant: data.instant }) : say("on", { day: data.on })));
    foot.replaceChildren(...(data.madeUp ? [el("strong", `${say("made_up")} `)] : []));
    if (data.source) foot.append(el("span", say("source", { name: data.source })));
    if (data.basemap) foot.append(el("span", ` ${say("basemap", { name: `${data.basemap.name} (${data.basemap.datum})` })}`));
  }

  // --- the card: what is here; first who answers, then what needs doing, then figures
  function chain(code) {
    const found = new Set();
    for (let i = number.get(code); i !== undefined && !found.has(cells.code[i]); i = number.get(cells.parent[i])) found.add(cells.code[i]);
    return found;
  }
  const chains = new Map();
  function holds(code, other) {
    if (other === null || other === undefined) return false;
    if (!chains.has(other)) chains.set(other, chain(other));
    return chains.get(other).has(code);
  }
  const lowest = (g) => gaps.small[g] || gaps.middle[g] || gaps.big[g];
  function pairs(list) { const made = el("dl"); list.forEach(([name, value]) => made.append(el("dt", name), el("dd", value))); return made; }
  function cellCard(i) {
    const made = el("section");
    const code = cells.code[i];
    const title = el("h3", `${cells.name[i] || code} `);
    title.append(el("small", code));
    const who = has("answers") && cells.answers[i];
    let line = who ? say("answers_line", { who }) : say("nobody");
    if (who && has("since") && cells.since[i]) line += say("since", { day: cells.since[i] });
    if (who && answering(i) === "parent") line += say("away");
    const open = gaps ? gaps.kinds.map((kind, k) => [kind, indices(gaps.kind.length).filter((g) => gaps.kind[g] === k && holds(code, lowest(g))).length]).filter(([, n]) => n) : [];
    const todo = has("todo") && cells.todo[i] ? cells.todo[i] : open.length ? say("to_do", { name: open.map(([kind, n]) => `${kind[state.lang]} ${count(n)}`).join(state.lang === "zh" ? "，" : ", ") }) : gaps ? say("nothing_open") : null;
    made.append(title, el("p", line, { class: "who" }));
    if (todo) made.append(el("p", todo, { class: open.length || (has("todo") && cells.todo[i]) ? "todo" : "none" }));
    const figures = [];
    if (has("load") && cells.load[i] !== null) figures.push([say("load"), count(cells.load[i])]);
    if (cells.eligible) figures.push([data.covered || say("coverage"), cells.eligible[i] === null ? say("no_data") : ofAll(cells.covered[i] || 0, cells.eligible[i])]);
    layers.forEach((layer) => figures.push([layer[state.lang], count(layer.cell.filter((other) => holds(code, other)).length)]));
    if (cells.hectares[i] !== null) figures.push([say("hectares"), count(cells.hectares[i])]);
    made.append(pairs(figures));
    return made;
  }
  function featureCard(l, f) {
    const layer = layers[l];
    const made = el("section");
    const title = el("h3", `${layer.rows[f][layer.key]} `);
    title.append(el("small", layer[state.lang]));
    const said = (field, value) => (value === true ? say("yes") : value === false ? say("no") : field.choices && field.choices[value] ? field.choices[value][state.lang] : `${value}${field.unit ? ` ${field.unit}` : ""}`);
    made.append(title, pairs(layer.fields.map((field, at) => [field, layer.rows[f][at], at]).filter(([, value, at]) => value !== null && at !== layer.key)
      .map(([field, value]) => [field[state.lang], said(field, value)])));
    return made;
  }
  function gapCard(g) {
    const kind = gaps.kinds[gaps.kind[g]];
    const made = el("section");
    const title = el("h3", `${kind[state.lang]} `);
    title.append(el("small", gaps.subject[g]));
    made.append(title, el("p", gaps.reason[state.lang][g], { class: "todo" }));
    const list = [[say("responsible"), gaps.who[g] || say("nobody")]];
    if (gaps.measure[g] !== null && gaps.unit[state.lang][g]) list.push([say("how"), `${count(gaps.measure[g])} ${gaps.unit[state.lang][g]}`]);
    if (gaps.since[g]) list.push([say("gap_since"), gaps.since[g]]);
    made.append(pairs(list));
    return made;
  }
  function inRing(x, y, ring) {
    let inside = false;
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i, i += 1) {
      const [[a, b], [c, d]] = [ring[i], ring[j]];
      if (b > y !== d > y && x < ((c - a) * (y - b)) / (d - b) + a) inside = !inside;
    }
    return inside;
  }
  const polygonsOf = (shape) => ({ Polygon: [shape.coordinates], MultiPolygon: shape.coordinates }[shape.type] || []);
  const covers = (shape, at) => polygonsOf(shape).some((rings) => rings.reduce((odd, ring) => odd !== inRing(at.lng, at.lat, ring), false));
  function distance(shape, point) {
    if (shape.type === "GeometryCollection") return Math.min(Infinity, ...shape.geometries.map((one) => distance(one, point)));
    const px = ([lon, lat]) => map.latLngToLayerPoint([lat, lon]);
    const along = (line) => line.slice(1).reduce((least, to, i) => Math.min(least, L.LineUtil.pointToSegmentDistance(point, px(line[i]), px(to))), Infinity);
    if (shape.type === "Point") return point.distanceTo(px(shape.coordinates));
    if (shape.type === "MultiPoint") return Math.min(...shape.coordinates.map((one) => point.distanceTo(px(one))));
    if (shape.type === "LineString") return along(shape.coordinates);
    if (shape.type === "MultiLineString") return Math.min(...shape.coordinates.map(along));
    return Infinity;
  }
  const REACH = 10;
  function featureAt(at, point) {
    let best = null;
    let least = REACH;
    layers.forEach((layer, l) => switched(`layer ${l}`) && layer.at.forEach((lies, f) => {
      const spot = spots[l].get(f);
      const place = layer.byCell ? spot && [spot.lng, spot.lat] : lies;
      if (!place) return;
      const shape = layer.geometry === "point" ? { type: "Point", coordinates: place } : place;
      const away = layer.geometry === "area" && covers(shape, at) ? 1 : distance(shape, point);
      if (away < least) [best, least] = [[l, f], away];
    }));
    return best;
  }
  function card(at) {
    const point = map.latLngToLayerPoint(at);
    const made = el("div", null, { class: "card" });
    const feature = featureAt(at, point);
    if (feature) made.append(featureCard(...feature));
    if (gaps) indices(gaps.kind.length).filter((g) => gaps.shape[g] && switched(`gap ${gaps.kind[g]}`) && (distance(gaps.shape[g], point) < REACH || covers(gaps.shape[g], at)))
      .slice(0, 5).forEach((g) => made.append(gapCard(g)));
    const cell = inLevel().find((i) => cells.shape[i] && covers(cells.shape[i], at));
    if (cell !== undefined) made.append(cellCard(cell));
    return made.childElementCount ? made : null;
  }
  function openCard(at) {
    const made = card(at);
    if (made) L.popup({ maxWidth: Math.min(320, map.getSize().x - 60), closeButton: true }).setLatLng(at).setContent(made).openOn(map);
  }
  map.on("click", (event) => openCard(event.latlng));
  // the keys move and zoom the map; Enter opens the card of what lies in its middle
  map.getContainer().addEventListener("keydown", (event) => { if (event.key === "Enter" && event.target === map.getContainer()) openCard(map.getCenter()); });

  function show(view) {
    state.view = view;
    gapGroups.forEach((group, k) => turn(`gap ${k}`, group, view === "gaps"));
    groups.forEach((group, l) => turn(`layer ${l}`, group, view === (layers[l].byCell ? "issues" : "features")));
    draw();
  }
  function draw() { map.closePopup(); drawCells(); words(); panel(); drawLabels(); }
  function fit() { map.invalidateSize(false); map.fitBounds(everywhere, { padding: [12, 12], animate: false }); }

  const head = el("header", null, { id: "head" });
  const side = el("details", null, { id: "panel" });
  const foot = el("footer", null, { id: "foot" });
  side.open = window.matchMedia("(min-width: 761px)").matches;
  document.body.append(head, side, foot);
  words();
  panel();
  fit();
  map.setMinZoom(map.getZoom() - 1).setMaxZoom(20).setMaxBounds(everywhere.pad(0.5));
  show(state.view);
  resize();
  map.on("zoomend", resize).on("moveend zoomend resize", drawLabels);
  side.addEventListener("toggle", () => map.invalidateSize());
  // the sheet has a size of its own: the map is fitted to it before it is printed, and to the screen again after
  const paper = (on) => { document.body.classList.toggle("paper", on); fit(); };
  window.addEventListener("beforeprint", () => { side.open = true; paper(true); });
  window.addEventListener("afterprint", () => paper(false));
  window.addEventListener("resize", () => map.invalidateSize());
  window.gridmapPage = { map, show, openCard, state, draw, turn, groups, gapGroups, marks: () => groups.reduce((n, group) => n + group.getLayers().length, 0) };
  document.documentElement.dataset.ready = "yes";
})();
