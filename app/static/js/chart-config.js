/* Owns the look of the charts: colours of the theme, axes, values on hover. Knows Chart.js's options, not the page. */

const AXIS = 48;
const isStill = window.matchMedia("(prefers-reduced-motion: reduce)");

/** Colours of the current theme, read from the style sheet. */
export function palette() {
  const style = window.getComputedStyle(document.documentElement);
  const read = (name) => style.getPropertyValue(name).trim();
  return {
    series: [0, 1, 2, 3, 4, 5, 6].map((rank) => read(`--chart-${rank}`)),
    text: read("--text-mention-grey"),
    strong: read("--text-default-grey"),
    grid: read("--border-default-grey"),
    ground: read("--background-overlap-grey"),
  };
}

/** A value alone between two gaps has no line to show it: it gets a dot. */
function dotRadius({ dataset, dataIndex }) {
  const known = (index) => dataset.data[index] !== null && dataset.data[index] !== undefined;
  return known(dataIndex - 1) || known(dataIndex + 1) ? 0 : 3;
}

function lineDataset(series, colour) {
  return {
    type: "line",
    borderColor: colour,
    backgroundColor: colour,
    borderWidth: 2,
    borderDash: series.isDashed ? [6, 4] : [],
    pointRadius: dotRadius,
    pointHoverRadius: 4,
    tension: 0,
    spanGaps: false,
    order: 0,
  };
}

function barDataset(series, colour) {
  return {
    type: "bar",
    backgroundColor: series.isDashed ? "transparent" : colour,
    borderColor: colour,
    borderWidth: series.isDashed ? 1.5 : 0,
    borderRadius: 2,
    maxBarThickness: 28,
    order: 1,
  };
}

function datasetOf(series, colours) {
  const colour = colours.series[series.color];
  const look = series.kind === "bar" ? barDataset(series, colour) : lineDataset(series, colour);
  // Chart.js piles up whatever shares a stack: a series without one stands alone.
  return { ...look, label: series.label, data: series.values, stack: series.stack ?? series.label };
}

function tooltip(data, colours) {
  const number = new Intl.NumberFormat("fr-FR", { minimumFractionDigits: data.digits, maximumFractionDigits: data.digits });
  return {
    backgroundColor: colours.ground,
    borderColor: colours.grid,
    borderWidth: 1,
    titleColor: colours.strong,
    bodyColor: colours.strong,
    padding: 10,
    boxPadding: 4,
    footerColor: colours.strong,
    footerFont: { weight: "normal" },
    callbacks: {
      footer: ([item]) => data.marks[item.dataIndex].map((mark) => mark.sentence),
      title: ([item]) => data.titles[item.dataIndex],
      label: ({ dataset: { label }, parsed }) => ` ${label} : ${number.format(parsed.y)} ${data.unit}`,
    },
  };
}

function axes(data, colours) {
  const short = new Intl.NumberFormat("fr-FR", { notation: "compact", maximumFractionDigits: 1 });
  const isStacked = data.series.some((series) => series.stack);
  const ticks = { color: colours.text, font: { size: 11 } };
  // A few steps all keep their name, aslant on a phone; months may skip some.
  const isFew = data.labels.length <= 8;
  return {
    x: { stacked: isStacked, grid: { display: false }, border: { color: colours.grid }, ticks: { ...ticks, autoSkip: !isFew, maxRotation: isFew ? 50 : 0, autoSkipPadding: 12 } },
    y: {
      stacked: isStacked,
      beginAtZero: true,
      // The same room for the figures of each chart: their months stand under one another.
      afterFit: (scale) => { scale.width = AXIS; },
      grid: { color: colours.grid },
      border: { display: false },
      // People and firms are counted in whole numbers.
      ticks: { ...ticks, maxTicksLimit: 6, precision: data.digits ? undefined : 0, callback: (value) => short.format(value) },
    },
  };
}

const RADIUS = 8;

/** What happened, on the axis of time: a line across the chart, and the letter of its kind above it. */
function marksPlugin(data, colours) {
  return {
    id: "marks",
    afterDatasetsDraw({ ctx, chartArea, scales }) {
      ctx.save();
      ctx.font = "bold 10px sans-serif";
      ctx.textAlign = "center";
      ctx.textBaseline = "middle";
      data.marks.forEach((marks, month) => {
        if (!marks.length) return;
        const x = scales.x.getPixelForValue(month);
        ctx.strokeStyle = colours.text;
        ctx.setLineDash([2, 3]);
        ctx.beginPath();
        ctx.moveTo(x, chartArea.top);
        ctx.lineTo(x, chartArea.bottom);
        ctx.stroke();
        ctx.setLineDash([]);
        const letters = [...new Set(marks.map((mark) => mark.letter))];
        letters.forEach((letter, rank) => {
          const y = chartArea.top - RADIUS - 2 - rank * 2 * RADIUS;
          ctx.fillStyle = colours.ground;
          ctx.beginPath();
          ctx.arc(x, y, RADIUS, 0, 2 * Math.PI);
          ctx.fill();
          ctx.stroke();
          ctx.fillStyle = colours.strong;
          ctx.fillText(letter, x, y);
        });
      });
      ctx.restore();
    },
  };
}

/** Room above the chart for the letters of the busiest month. */
function roomForMarks(data) {
  const most = Math.max(...data.marks.map((marks) => new Set(marks.map((mark) => mark.letter)).size));
  return most ? 2 * RADIUS * most + 4 : 0;
}

export function chartConfig(data, colours) {
  return {
    type: "bar",
    plugins: [marksPlugin(data, colours)],
    data: { labels: data.labels, datasets: data.series.map((series) => datasetOf(series, colours)) },
    options: {
      responsive: true,
      maintainAspectRatio: false,
      locale: "fr-FR",
      layout: { padding: { top: roomForMarks(data) } },
      animation: isStill.matches ? false : { duration: 250 },
      interaction: { mode: "index", intersect: false },
      plugins: { legend: { display: false }, tooltip: tooltip(data, colours) },
      scales: axes(data, colours),
    },
  };
}
