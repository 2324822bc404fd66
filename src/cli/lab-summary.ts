import type { CoverageGroup } from "../lab/report/coverage.ts";
import type { Tally } from "../lab/report/tally.ts";
import { formatTable } from "./table.ts";

/** The totals of a run that took `realMs`. */
export function summaryText(tally: Tally, realMs: number): string {
  const seconds = Math.max(0.001, realMs / 1000);
  return formatTable(
    ["SEEDS", "FAILED", "EVENTS", "EVENTS/S", "VIRTUAL H", "OPERATIONS", "REAL"],
    [
      [
        `${tally.seeds}`,
        `${tally.failures}`,
        `${tally.events}`,
        `${Math.round(tally.events / seconds)}`,
        (tally.virtualMs / 3_600_000).toFixed(2),
        `${tally.operations}`,
        `${seconds.toFixed(1)} s`,
      ],
    ],
  );
}

/** Every group as a table, its names beside each other, and what never occurred by name. */
export function coverageText(groups: readonly CoverageGroup[], columns: number): string {
  return groups.map((group) => groupText(group, columns)).join("\n");
}

function groupText({ title, covered }: CoverageGroup, columns: number): string {
  const never = covered.filter(({ count }) => count === 0).map(({ name }) => name);
  const cells = covered
    .filter(({ count }) => count > 0)
    .map(({ name, count }) => [name, `${count}`] as const);
  const nameColumns = Math.max(0, ...cells.map(([name]) => name.length));
  const countColumns = Math.max(0, ...cells.map(([, count]) => count.length));
  const perLine = Math.max(1, Math.floor(columns / (nameColumns + countColumns + 5)));
  const height = Math.ceil(cells.length / perLine);
  const lines = Array.from({ length: height }, (_, row) =>
    cells
      .filter((_, index) => index % height === row)
      .map(([name, count]) => `  ${name.padEnd(nameColumns)} ${count.padStart(countColumns)}  `)
      .join("")
      .trimEnd(),
  );
  const missing = never.length === 0 ? [] : filled(["never:", ...never], columns);
  return [`${title.toUpperCase()}`, ...lines, ...missing, ""].join("\n");
}

/** The words in lines of at most so many columns, indented. */
function filled(words: readonly string[], columns: number): readonly string[] {
  const lines: string[] = [];
  let line = " ";
  for (const word of words) {
    if (line.length + 1 + word.length > columns && line.trim() !== "") {
      lines.push(line);
      line = "   ";
    }
    line += ` ${word}`;
  }
  return [...lines, line];
}

/** How a run goes that has taken `realMs` so far, for one line. */
export function progressText(tally: Tally, realMs: number): string {
  const seconds = Math.max(0.001, realMs / 1000);
  const failed = tally.failures === 0 ? "" : `  ${tally.failures} FAILED`;
  const perSecond = Math.round(tally.events / seconds / 1000);
  return `${tally.seeds} seeds${failed}  ${(tally.seeds / seconds).toFixed(1)} seeds/s  ${perSecond}k events/s`;
}
