import type { Cell } from "./cell.ts";
import type { Floor, StepTimes } from "./floor.ts";

type Column = readonly [heading: string, text: (cell: Cell) => string];

const count = (value: number): string => Math.round(value).toLocaleString("en-US");
const ms = (value: number): string => (value < 10 ? value.toFixed(2) : value.toFixed(1));

const COLUMNS: readonly Column[] = [
  ["op", (cell) => cell.op],
  ["outstanding", (cell) => count(cell.outstanding)],
  ["ops/s", (cell) => count(cell.opsPerSecond)],
  ["p50 ms", (cell) => ms(cell.p50Ms)],
  ["p99 ms", (cell) => ms(cell.p99Ms)],
  ["p99.9 ms", (cell) => ms(cell.p999Ms)],
  ["server CPU us/op", (cell) => cell.serverCpuUsPerOp.toFixed(1)],
  ["client CPU us/op", (cell) => cell.clientCpuUsPerOp.toFixed(1)],
  ["bytes written/op", (cell) => count(cell.bytesWrittenPerOp)],
  ["other CPUs", (cell) => cell.otherCpus.toFixed(2)],
  ["spread", (cell) => `${Math.round(cell.spread * 100)}%`],
  ["errors", (cell) => count(cell.errors)],
];

/** The cells as a Markdown table whose columns line up for a reader of the plain text. */
export function cellTable(cells: readonly Cell[]): string {
  return table([
    COLUMNS.map(([heading]) => heading),
    ...cells.map((cell) => COLUMNS.map(([, text]) => text(cell))),
  ]);
}

/** The machine's floor in the same form. */
export function floorTable(floor: Floor): string {
  const row = (name: string, { p50Us, p99Us }: StepTimes): readonly string[] => [
    name,
    p50Us.toFixed(0),
    p99Us.toFixed(0),
  ];
  return table([
    ["floor of this machine, one at a time", "p50 us", "p99 us"],
    row("UDP round trip between two processes", floor.udpRoundTrip),
    row("fdatasync of 4 KiB", floor.fdatasync),
    row("durable LMDB commit of 1 record", floor.lmdbCommit),
    row("durable LMDB commit of 64 records", floor.lmdbCommit64),
  ]);
}

/** The first row holds the headings; the first column is aligned to the left, the others to the right. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map(
    (row) => `| ${row.map((text, column) => pad(text, widths[column] ?? 0, column)).join(" | ")} |`,
  );
  const rule = widths.map((width, column) =>
    column === 0 ? "-".repeat(width + 2) : `${"-".repeat(width + 1)}:`,
  );
  lines.splice(1, 0, `|${rule.join("|")}|`);
  return lines.join("\n");
}

function pad(text: string, width: number, column: number): string {
  return column === 0 ? text.padEnd(width) : text.padStart(width);
}
