/* Owns the reading of a chart's table: captions, labels, series and their values. */

const month = new Intl.DateTimeFormat("fr-FR", { month: "short", year: "2-digit", timeZone: "UTC" });
const COLOURS = 6;
const OVER_BARS = 0;

/** What the others are compared with: the median of the sector. */
const isReference = (header) => header.dataset.reference !== undefined;

const isLine = (header) => header.dataset.kind !== "bar";

/** A column of what happened: it is drawn on the axis, as no series. */
const isMarks = (header) => header.dataset.kind === "marks";

const textOf = (node) => node.textContent.trim().replace(/\s+/g, " ");

function labelOf(header) {
  return header.dataset.month ? month.format(new Date(`${header.dataset.month}T00:00:00Z`)) : textOf(header);
}

/** A cell without data-value is unknown: a gap, never a zero. */
function valueOf(cell) {
  return cell.dataset.value === undefined ? null : Number(cell.dataset.value);
}

function marksOf(row) {
  return [...row.querySelectorAll("[data-mark]")].map((mark) => ({ letter: mark.dataset.mark, sentence: textOf(mark) }));
}

function captionOf(table) {
  const caption = table.caption.cloneNode(true);
  caption.querySelector(".vigie-chart__unit")?.remove();
  return textOf(caption);
}

/**
 * Read the table.
 * @returns {{caption: string, unit: string, digits: number, labels: string[], titles: string[],
 *   marks: {letter: string, sentence: string}[][],
 *   series: {label: string, kind: string, stack: ?string, isReference: boolean, isDashed: boolean, color: number, values: (?number)[]}[]}}
 */
export function readTable(table) {
  const rows = [...table.tBodies[0].rows];
  const headers = [...table.tHead.rows[0].cells].slice(1).filter((header) => !isMarks(header));
  const overBars = headers.every(isLine) ? -1 : headers.findIndex(isLine);
  return {
    caption: captionOf(table),
    unit: table.dataset.unit,
    digits: Number(table.dataset.digits),
    labels: rows.map((row) => labelOf(row.cells[0])),
    titles: rows.map((row) => textOf(row.cells[0])),
    marks: rows.map(marksOf),
    series: headers.map((header, index) => ({
      label: textOf(header),
      kind: header.dataset.kind ?? "line",
      stack: header.dataset.stack ?? null,
      isReference: isReference(header),
      isDashed: header.dataset.dashed !== undefined || isReference(header),
      color: isReference(header) ? COLOURS : index === overBars ? OVER_BARS : (index % COLOURS) + 1,
      values: rows.map((row) => valueOf(row.cells[index + 1])),
    })),
  };
}
