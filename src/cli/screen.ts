/** What a terminal shows at once. */
export interface ScreenSize {
  readonly columns: number;
  readonly rows: number;
}

/** A screen of its own, without a cursor: what was there before is kept aside. Source: ECMA-48; xterm's private modes 1049 and 25. */
export const ENTER_SCREEN = "\x1b[?1049h\x1b[?25l";
/** Brings back what was there before. */
export const LEAVE_SCREEN = "\x1b[?25h\x1b[?1049l";

const HOME = "\x1b[H";
const ERASE_LINE_END = "\x1b[K";
const ERASE_BELOW = "\x1b[J";

/**
 * What shows `text`, whose lines each end in a line feed, in place of what is on the screen: each line is written over the
 * old one, and only what is left of that is erased, so that nothing flickers. Lines that are too long go on in the next
 * one; what there is no row for is told by number in the row above `foot`, which is the last.
 */
export function repainted(text: string, foot: string, size: ScreenSize): string {
  const above = fitting(folded(text, size.columns), size.rows - 1);
  const lines = [...above, foot].map((line) => line.slice(0, size.columns));
  // Behind a full line there is nothing left of the old one, and terminals that wait with the next row would erase its end.
  const written = lines.map((line) => (line.length < size.columns ? `${line}${ERASE_LINE_END}` : line));
  const below = lines.length < size.rows ? `\r\n${ERASE_BELOW}` : "";
  return `${HOME}${written.join("\r\n")}${below}`;
}

function folded(text: string, columns: number): readonly string[] {
  const pieces = new RegExp(`.{1,${columns}}`, "gu");
  return text
    .replace(/\n$/, "")
    .split("\n")
    .flatMap((line) => line.match(pieces) ?? [""]);
}

function fitting(lines: readonly string[], rows: number): readonly string[] {
  if (lines.length <= rows) return lines;
  const shown = Math.max(0, rows - 1);
  return [...lines.slice(0, shown), `... ${lines.length - shown} lines more`].slice(0, Math.max(0, rows));
}
