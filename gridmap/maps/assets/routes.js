// Draws the routes of an evening from the page's data island. Every text goes through textContent.
(function () {
  "use strict";
  const data = JSON.parse(document.getElementById("data").textContent);
  const { cells, routes, stops, style } = data;
  const state = { lang: data.lang };
  const off = new Set();
  const indices = (n) => Array.from({ length: n }, (_, i) => i);
  const every = indices(stops.at.length);
  const leftOut = every.filter((s) => stops.route[s] === null);
  const stopsOf = routes.map((_, r) => every.filter((s) => stops.route[s] === r));

  function say(name, inputs = {}) {
    return data.texts[state.lang][name].replace(/\{(\w+)\}/g, (_, key) => inputs[key]);
  }
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

  // --- the ground: streets and borders are quiet, each route has its colour and dash
  const map = window[document.querySelector(".folium-map").id];
  L.control.zoom({ position: "bottomright", zoomInTitle: "+", zoomOutTitle: "−" }).addTo(map);
  L.control.scale({ imperial: false, maxWidth: 140 }).addTo(map);
  ["basemap", "roads", "borders", "ways", "names", "arrows", "marks"].forEach((name, i) => {
    map.createPane(name).style.zIndex = 200 + 20 * i;
    if (name !== "marks") map.getPane(name).style.pointerEvents = "none";
  });
  const quiet = { interactive: false };
  ((data.basemap && data.basemap.pieces) || []).forEach(({ uri, bounds: [west, south, east, north] }) =>
    L.imageOverlay(uri, [[south, west], [north, east]], { pane: "basemap", opacity: 0.75, ...quiet }).addTo(map));
  const roads = L.canvas({ pane: "roads", padding: 0.3 });
  data.roads.forEach((shape) => shape && L.geoJSON(shape, { ...quiet, pane: "roads", renderer: roads, style: { color: "#CFD8DC", weight: 2.5, ...quiet } }).addTo(map));
  const lines = L.svg({ pane: "borders", padding: 0.5 });
  Object.entries(cells.borders).reverse().forEach(([level, shape]) =>
    L.geoJSON(shape, { ...quiet, pane: "borders", renderer: lines, style: { ...style.borders[level], fill: false, className: `border ${level}`, ...quiet } }).addTo(map));
  const ways = L.svg({ pane: "ways", padding: 0.5 });
  const grounds = routes.map((route, r) => route.ground && L.geoJSON(route.ground, { ...quiet, pane: "ways", renderer: ways,
    style: { color: route.colour, weight: style.px, opacity: 0.9, dashArray: route.dash.join(" "), className: `route-line route-${r}`, ...quiet } }).addTo(map));

  const everywhere = L.latLngBounds([]);
  grounds.forEach((ground) => ground && everywhere.extend(ground.getBounds()));
  [...stops.at, ...routes.map((route) => route.start)].forEach((at) => at && everywhere.extend([at[1], at[0]]));
  if (!everywhere.isValid()) cells.label.forEach((at) => at && everywhere.extend([at[1], at[0]]));

  // --- marks stand where they are on the screen: those that would cover one another share a mark
  const panes = Object.fromEntries(["names", "arrows", "marks"].map((name) => [name, L.DomUtil.create("div", "", map.getPane(name))]));
  const pixel = (at) => map.latLngToLayerPoint([at[1], at[0]]);
  const put = (made, point) => { made.style.left = `${point.x}px`; made.style.top = `${point.y}px`; return made; };
  const TOGETHER = 17;
  function grouped(list) {
    const groups = [];
    list.filter((s) => stops.at[s]).forEach((s) => {
      const point = pixel(stops.at[s]);
      const near = groups.find((group) => group.point.distanceTo(point) < TOGETHER);
      if (near) near.stops.push(s); else groups.push({ point, stops: [s] });
    });
    return groups;
  }
  // where a mark covers none that stands there already: at its place, else close beside it
  const SIDES = [[1, 0], [-1, 0], [0, 1], [0, -1], [1, 1], [1, -1], [-1, 1], [-1, -1]];
  const spots = (point, half) => [point, ...[1, 2].flatMap((ring) => SIDES.map(([x, y]) => point.add([x * ring * (half + 12), y * ring * 23])))];
  function beside(point, text, taken) {
    const half = Math.max(11, 4 * text.length + 7);
    const box = ({ x, y }) => [x - half, y - 10, x + half, y + 10];
    const covers = (a) => taken.some((b) => a[2] > b[0] && a[0] < b[2] && a[3] > b[1] && a[1] < b[3]);
    const spot = spots(point, half).find((one) => !covers(box(one))) || point;
    taken.push(box(spot));
    return spot;
  }
  function order(list) {
    const runs = [];
    list.map((s) => stops.position[s]).sort((a, b) => a - b).forEach((n) => {
      const last = runs[runs.length - 1];
      if (last && n === last[1] + 1) last[1] = n; else runs.push([n, n]);
    });
    return runs.map(([a, b]) => (a === b ? `${a}` : `${a}–${b}`)).join(", ");
  }
  function mark(point, text, look, own, opened) {
    const made = put(el("button", text, { class: `number ${look}`, type: "button", style: `--own:${own}` }), point);
    made.addEventListener("click", (event) => { L.DomEvent.stop(event); open(opened); });
    return made;
  }
  // an arrow every so many pixels of the way; ways that are walked twice show both directions
  const EVERY = 80;
  function arrows(route, ground) {
    const parts = [];
    ground.eachLayer((line) => { const all = line.getLatLngs(); parts.push(...(Array.isArray(all[0]) ? all : [all])); });
    const made = [];
    const seen = map.getPixelBounds();
    const corner = map.getPixelOrigin();
    parts.forEach((part) => {
      let left = EVERY / 2;
      const points = part.map((at) => map.latLngToLayerPoint(at));
      points.slice(1).forEach((to, i) => {
        const from = points[i];
        const length = from.distanceTo(to);
        let along = left;
        for (; along < length; along += EVERY) {
          const at = L.point(from.x + ((to.x - from.x) * along) / length, from.y + ((to.y - from.y) * along) / length);
          if (seen.contains(at.add(corner))) made.push([at, Math.atan2(to.y - from.y, to.x - from.x)]);
        }
        left = along - length;
      });
    });
    return made.map(([at, angle]) => put(svg("svg", { class: "arrow", width: 13, height: 13, viewBox: "-6 -6 12 12", style: `--turn:${angle}rad` },
      svg("path", { d: "M5 0 L-4 -4.5 L-2 0 L-4 4.5 Z", fill: route.colour, stroke: "#fff", "stroke-width": 1 })), at));
  }
  // more numbers than can be read at once are dots, until one comes nearer
  const MOST = 60;
  function crowded(shown) {
    const seen = map.getBounds();
    const drawn = [...shown.flatMap((r) => stopsOf[r]), ...(off.has("left") ? [] : leftOut)];
    return drawn.filter((s) => stops.at[s] && seen.contains([stops.at[s][1], stops.at[s][0]])).length > MOST;
  }
  function dots(list, look, own, taken) {
    return list.filter((s) => stops.at[s]).map((s) => {
      const { x, y } = pixel(stops.at[s]);
      taken.push([x - 6, y - 6, x + 6, y + 6]);
      const made = mark(L.point(x, y), "", `dot ${look}`, own, [s]);
      made.setAttribute("aria-label", name(s));
      return made;
    });
  }
  function drawMarks() {
    const [starts, numbers, letters, drawn, taken] = [[], [], [], [], []];
    const shown = indices(routes.length).filter((r) => !off.has(r));
    const far = crowded(shown);
    shown.forEach((r) => {
      const route = routes[r];
      if (far) { numbers.push(...dots(stopsOf[r], "", route.colour, taken)); return; }
      if (grounds[r]) drawn.push(...arrows(route, grounds[r]));
      if (route.start) starts.push(put(el("span", null, { class: "number start", style: `--own:${route.colour}`, title: `${say("start")} ${route.who}` }), pixel(route.start)));
      numbers.push(...grouped(stopsOf[r]).map((group) => {
        const text = order(group.stops);
        return mark(beside(group.point, text, taken), text, "", route.colour, group.stops);
      }));
    });
    if (!far) shown.forEach((r) => { if (routes[r].start) { const { x, y } = pixel(routes[r].start); taken.push([x - 12, y - 12, x + 12, y + 12]); } });
    if (far && !off.has("left")) letters.push(...dots(leftOut, "left", "#37474F", taken));
    else if (!off.has("left")) {
      letters.push(...grouped(leftOut).map((group) => {
        const text = [...new Set(group.stops.map((s) => stops.letter[s]))].join("");
        return mark(beside(group.point, text, taken), text, "left", "#37474F", group.stops);
      }));
    }
    panes.arrows.replaceChildren(...drawn);
    panes.marks.replaceChildren(...starts, ...numbers, ...letters);
    drawNames(taken);
  }
  // names of cells where they cover neither a mark nor one another
  const pen = document.createElement("canvas").getContext("2d");
  function drawNames(taken) {
    pen.font = `12px ${getComputedStyle(document.body).fontFamily}`;
    const seen = map.getBounds().pad(0.1);
    const drawn = [];
    cells.label.forEach((at, i) => {
      if (!at || !seen.contains([at[1], at[0]])) return;
      const point = pixel(at);
      const half = pen.measureText(cells.name[i]).width / 2 + 3;
      const box = [point.x - half, point.y - 8, point.x + half, point.y + 8];
      if (taken.some((t) => box[2] > t[0] && box[0] < t[2] && box[3] > t[1] && box[1] < t[3])) return;
      taken.push(box);
      const made = el("div", null, { class: "label" });
      made.append(el("span", cells.name[i]));
      drawn.push(put(made, point));
    });
    panes.names.replaceChildren(...drawn);
  }

  // --- cards
  const name = (s) => [stops.what[s][state.lang], stops.key[s], stops.issue[s]].filter(Boolean).join(" ");
  const times = (s) => say("times", { from: stops.arrive[s], to: stops.leave[s] });
  function stopCard(s) {
    const made = el("section");
    made.append(el("h3", `${stops.route[s] === null ? stops.letter[s] : stops.position[s]} · ${name(s)}`));
    if (stops.route[s] === null) made.append(el("p", stops.left_why[s][state.lang], { class: "todo" }));
    else made.append(el("p", `${routes[stops.route[s]].who} · ${times(s)}`, { class: "who" }));
    const list = el("dl");
    if (stops.cell[s]) list.append(el("dt", say("cell")), el("dd", stops.cell[s]));
    list.append(el("dt", say("priority")), el("dd", `${stops.priority[s]}`));
    const why = el("ul");
    why.append(...stops.why[s][state.lang].map((one) => el("li", one)));
    made.append(list, why);
    return made;
  }
  function open(list) {
    const made = el("div", null, { class: "card" });
    made.append(...list.map(stopCard));
    const at = stops.at[list[0]];
    if (at) L.popup({ maxWidth: Math.min(320, map.getSize().x - 60) }).setLatLng([at[1], at[0]]).setContent(made).openOn(map);
  }

  // --- the panel: each route with its order, then what was left out and why
  function swatch(route) {
    return svg("svg", { width: 34, height: 14 }, svg("line", { x1: 1, y1: 7, x2: 33, y2: 7, stroke: route.colour, "stroke-width": style.px, "stroke-dasharray": route.dash.join(" ") }));
  }
  function switchOf(key, text, look) {
    const made = el("label");
    const box = el("input", null, { type: "checkbox" });
    box.checked = !off.has(key);
    box.addEventListener("change", () => turn(key, box.checked));
    made.append(box, ...look, el("b", text));
    return made;
  }
  function turn(key, on) {
    if (on) off.delete(key); else off.add(key);
    if (grounds[key]) { if (on) grounds[key].addTo(map); else grounds[key].remove(); }
    drawMarks();
  }
  function line(s, sign, last) {
    const made = el("li");
    const button = el("button", null, { type: "button" });
    button.append(el("b", sign), el("span", name(s)), el("span", last));
    button.addEventListener("click", () => { if (stops.at[s]) map.panTo([stops.at[s][1], stops.at[s][0]], { animate: false }); open([s]); });
    made.append(button);
    return made;
  }
  function routePanel(route, r) {
    const made = el("div", null, { class: "route" });
    const who = route.companion ? say("with", { who: route.who, name: route.companion }) : route.who;
    made.append(switchOf(r, who, [swatch(route)]));
    made.append(el("p", say("route_line", { n: stopsOf[r].length, metres: (route.metres / 1000).toFixed(1), from: route.begin, to: route.back })));
    if (route.part && !routes.every((one) => one.part)) made.append(el("p", say("part")));
    const list = el("ol");
    list.append(...stopsOf[r].map((s) => line(s, `${stops.position[s]}`, stops.arrive[s])));
    made.append(list);
    return made;
  }
  function panel() {
    const inside = el("div");
    inside.append(el("h2", say("routes")));
    if (routes.length && routes.every((one) => one.part)) inside.append(el("p", say("part"), { class: "note" }));
    inside.append(...routes.map(routePanel), el("h2", `${say("left_out")} (${leftOut.length})`));
    if (leftOut.length) {
      const made = el("div", null, { class: "route" });
      made.append(switchOf("left", say("left_out"), []));
      Object.entries(data.letters).forEach(([sign, said]) => made.append(el("p", `${sign}  ${said[state.lang]}`)));
      const list = el("ol");
      list.append(...leftOut.map((s) => line(s, stops.letter[s], stops.at[s] ? "" : say("no_place"))));
      made.append(list);
      inside.append(made);
    } else inside.append(el("p", say("none_left"), { class: "none" }));
    const buttons = el("div", null, { class: "buttons" });
    const other = state.lang === "zh" ? "en" : "zh";
    const doing = [[data.texts[other].this_language, () => { state.lang = other; draw(); }], [say("whole"), fit], [say("print"), () => window.print()]];
    doing.forEach(([text, act]) => { const made = el("button", text, { type: "button" }); made.addEventListener("click", act); buttons.append(made); });
    inside.append(buttons);
    side.replaceChildren(el("summary", say("legend")), inside);
  }
  function draw() {
    map.closePopup();
    document.documentElement.lang = state.lang === "zh" ? "zh-CN" : "en";
    map.getContainer().setAttribute("aria-label", data.title);
    head.replaceChildren(el("h1", data.title), el("p", say("on", { day: data.on })));
    foot.replaceChildren(...(data.madeUp ? [el("strong", `${say("made_up")} `)] : []), el("span", say("source", { name: data.source })));
    if (data.basemap) foot.append(el("span", ` ${say("basemap", { name: `${data.basemap.name} (${data.basemap.datum})` })}`));
    panel();
    drawMarks();
  }
  function fit() { map.invalidateSize(false); map.fitBounds(everywhere, { padding: [28, 28], maxZoom: 18, animate: false }); }

  const head = el("header", null, { id: "head" });
  const side = el("details", null, { id: "panel" });
  const foot = el("footer", null, { id: "foot" });
  side.open = window.matchMedia("(min-width: 761px)").matches;
  document.body.append(head, side, foot);
  map.setMaxZoom(20);
  map.setView(everywhere.getCenter(), 15, { animate: false });
  draw();
  fit();
  map.setMinZoom(map.getZoom() - 2).setMaxBounds(everywhere.pad(1));
  map.on("moveend zoomend resize", drawMarks);
  drawMarks();
  side.addEventListener("toggle", () => map.invalidateSize());
  const paper = (on) => { document.body.classList.toggle("paper", on); fit(); };
  window.addEventListener("beforeprint", () => { side.open = true; paper(true); });
  window.addEventListener("afterprint", () => paper(false));
  window.addEventListener("resize", () => map.invalidateSize());
  window.gridmapPage = { map, open, turn, state, draw };
  document.documentElement.dataset.ready = "yes";
})();
