/* Owns the charts: reads `table[data-chart]`, draws it with Chart.js, offers « Graphique / Tableau ».
   The table stays in the page: it is what is printed and what screen readers read. */
import { chartConfig, palette } from "./chart-config.js";
import { readTable } from "./chart-data.js";

const charts = new Map();
let library = null;

function loadLibrary() {
  library ??= import("../vendor/chartjs/chart.umd.min.js").then(() => window.Chart);
  return library;
}

function element(name, className, attributes = {}) {
  const created = document.createElement(name);
  created.className = className;
  for (const [key, value] of Object.entries(attributes)) created.setAttribute(key, value);
  return created;
}

function button(label, isPressed) {
  const created = element("button", "", { type: "button", "aria-pressed": String(isPressed) });
  created.append(label);
  return created;
}

/** One button for a small chart, pressed when its table is shown. */
function smallSwitch(data, drawing, table) {
  const toggle = button("Tableau", false);
  toggle.setAttribute("aria-label", `Tableau : ${data.caption}`);
  toggle.addEventListener("click", () => {
    drawing.hidden = !drawing.hidden;
    table.hidden = !drawing.hidden;
    toggle.setAttribute("aria-pressed", String(drawing.hidden));
  });
  const group = element("div", "vigie-chart__switch");
  group.append(toggle);
  return group;
}

/** Two buttons, one pressed: the drawing or the table. */
function displaySwitch(data, drawing, table) {
  const group = element("div", "vigie-chart__switch", { role: "group", "aria-label": `Affichage : ${data.caption}` });
  const choices = [button("Graphique", true), button("Tableau", false)];
  choices.forEach((choice, index) => {
    choice.addEventListener("click", () => {
      choices.forEach((other) => other.setAttribute("aria-pressed", String(other === choice)));
      drawing.hidden = index === 1;
      table.hidden = index === 0;
    });
  });
  group.append(...choices);
  return group;
}

/** One button a series: shows or hides it. */
function legend(data, chart, isNamed) {
  const list = element("ul", "vigie-chart__legend", { "aria-label": "Séries affichées" });
  data.series.forEach((series, index) => {
    if (!isNamed(series)) return;
    const kinds = `${series.kind === "line" ? " vigie-chart__swatch--line" : ""}${series.isDashed ? " vigie-chart__swatch--dashed" : ""}`;
    const swatch = element("span", `vigie-chart__swatch${kinds}`, { "data-color": series.color, "aria-hidden": "true" });
    const toggle = button(swatch, true);
    toggle.append(series.label);
    toggle.addEventListener("click", () => {
      const isVisible = !chart.isDatasetVisible(index);
      chart.setDatasetVisibility(index, isVisible);
      chart.update();
      toggle.setAttribute("aria-pressed", String(isVisible));
    });
    const item = document.createElement("li");
    item.append(toggle);
    list.append(item);
  });
  return list;
}

async function draw(table) {
  table.dataset.drawn = "";
  const Chart = await loadLibrary();
  if (!table.isConnected) return;
  const data = readTable(table);
  const region = table.closest(".vigie-chart__table") ?? table.parentElement;

  const title = element("p", "vigie-chart__title");
  title.append(data.caption, " ");
  const unit = element("span", "vigie-chart__unit");
  unit.textContent = `(${data.unit})`;
  title.append(unit);
  const canvas = element("canvas", "", { role: "img", "aria-label": `Graphique : ${data.caption}. Les valeurs sont dans le tableau.` });
  const plot = element("div", "vigie-chart__plot");
  plot.append(canvas);
  const drawing = element("div", "vigie-chart__drawing");
  const head = element("div", "vigie-chart__head");
  const isSmall = Boolean(table.closest(".vigie-small-multiples"));
  head.append(title, (isSmall ? smallSwitch : displaySwitch)(data, drawing, region));
  drawing.append(plot);
  region.before(head, drawing);
  region.hidden = true;

  const chart = new Chart(canvas, chartConfig(data, palette()));
  // The line of the sector is told once for all the small charts.
  const isNamed = (series) => !(isSmall && series.isReference);
  if (data.series.filter(isNamed).length > 1) plot.before(legend(data, chart, isNamed));
  charts.set(chart, { canvas, data });
}

function drawAll(root) {
  for (const [chart, { canvas }] of charts) {
    if (canvas.isConnected) continue;
    chart.destroy();
    charts.delete(chart);
  }
  root.querySelectorAll("table[data-chart]:not([data-drawn])").forEach(draw);
}

function recolour() {
  const colours = palette();
  for (const [chart, { data }] of charts) {
    const config = chartConfig(data, colours);
    chart.data.datasets.forEach((dataset, index) => Object.assign(dataset, config.data.datasets[index]));
    chart.options = config.options;
    chart.update();
  }
}

export function startCharts() {
  drawAll(document);
  document.addEventListener("htmx:afterSettle", () => drawAll(document));
  new MutationObserver(recolour).observe(document.documentElement, { attributeFilter: ["data-fr-theme"] });
}
