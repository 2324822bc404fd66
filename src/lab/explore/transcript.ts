import type { SearchStep } from "./counter-example.ts";
import type { MemberTable } from "./member-table.ts";

const NUMBER_COLUMNS = 4;
const GAP = "  ";

/** What happened in one step to one member, in short lines. */
interface Scene {
  readonly member: number;
  readonly lines: readonly string[];
}

/**
 * The steps as people read them: numbered, a column per member, in each what arrived, what was written and
 * what left. `columns`: how wide it may be.
 */
export function transcript(table: MemberTable, steps: readonly SearchStep[], columns: number): string {
  const count = table.state(steps[0]?.state ?? 0).outboxes.length - 1;
  const width = Math.max(16, Math.floor((columns - NUMBER_COLUMNS) / count) - GAP.length);
  const heads = Array.from({ length: count }, (_, index) => `n${index + 1}`);
  const rows = [
    ["#", ...heads],
    ...steps.flatMap((step, index) => rowsOf(sceneOf(table, step), index + 1, { count, width })),
  ];
  return rows.map((row) => line(row, width)).join("");
}

function sceneOf(table: MemberTable, { member, state, event }: SearchStep): Scene {
  const lines: string[] = [];
  const run = table.replay(state, (text) => lines.push(text));
  try {
    run.perform(event);
  } catch {
    lines.push("!! here the rule breaks");
  }
  return { member, lines: lines.filter((text) => text !== "") };
}

function rowsOf(
  scene: Scene,
  number: number,
  { count, width }: { readonly count: number; readonly width: number },
): readonly (readonly string[])[] {
  const wrapped = scene.lines.flatMap((text) => wrap(text, width));
  return wrapped.map((text, index) => {
    const row = Array.from({ length: count + 1 }, () => "");
    row[0] = index === 0 ? `${number}` : "";
    row[scene.member] = text;
    return row;
  });
}

function line([number, ...cells]: readonly string[], width: number): string {
  const columns = cells.map((cell) => cell.padEnd(width)).join(GAP);
  return `${(number ?? "").padStart(NUMBER_COLUMNS - 1)} ${columns}`.trimEnd().concat("\n");
}

/** Cut between words where it can be, further lines set in. */
function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let rest = text;
  while (rest.length > width) {
    const space = rest.lastIndexOf(" ", width);
    const end = space > 4 ? space : width;
    lines.push(rest.slice(0, end));
    rest = `   ${rest.slice(end).trimStart()}`;
  }
  return [...lines, rest];
}
