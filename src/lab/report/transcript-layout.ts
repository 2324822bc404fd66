/** Room for the time, in ms with three decimals, and a blank. */
const MARGIN = 12;
const WORLD_MIN = 14;
const WORLD_MAX = 26;
const NODE_MAX = 64;
/** In a narrower column hardly a word finds room. */
const NODE_MIN = 21;
/** Continued lines stand this much further to the right. */
const HANGING = 2;

/** Rows of text with the time in the margin and a place for each of `names`; the last one is the world around the nodes. */
export interface Layout {
  /** The names over their places. */
  header(): readonly string[];
  /** `lines` of the one at `index`, wrapped to its place. `time` stands before the first row. */
  rows(index: number, lines: readonly string[], time: string): readonly string[];
  /** A line across all places. */
  across(text: string): string;
}

/** A column for each when `width` has room for them, else a lane of two characters for each and the text beside them. */
export function layoutOf(names: readonly string[], width: number): Layout {
  const nodes = Math.max(1, names.length - 1);
  const room = width - MARGIN - nodes;
  const world = Math.min(WORLD_MAX, Math.max(WORLD_MIN, Math.floor(room * 0.16)));
  const node = Math.min(NODE_MAX, Math.floor((room - world) / nodes));
  return node >= NODE_MIN ? columns(names, [...Array<number>(nodes).fill(node), world]) : lanes(names, width);
}

function columns(names: readonly string[], widths: readonly number[]): Layout {
  const row = (time: string, cells: readonly string[]): string =>
    `${time.padStart(MARGIN - 1)} ${cells.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join("│")}`.trimEnd();
  return {
    header: () => [
      row("ms", names),
      row(
        "",
        widths.map((width) => "─".repeat(width)),
      ),
    ],
    rows: (index, lines, time) =>
      lines
        .flatMap((line) => wrap(line, (widths[index] ?? 1) - 1))
        .map((text, at) =>
          row(
            at === 0 ? time : "",
            names.map((_, other) => (other === index ? text : "")),
          ),
        ),
    across: (text) => `${" ".repeat(MARGIN)}${text}`,
  };
}

function lanes(names: readonly string[], width: number): Layout {
  const nameColumns = Math.max(...names.map((name) => name.length));
  const room = Math.max(20, width - MARGIN - 2 * names.length - nameColumns - 2);
  const row = (time: string, marks: string, text: string): string =>
    `${time.padStart(MARGIN - 1)} ${marks} ${text}`.trimEnd();
  return {
    header: () => [row("ms", names.map(() => "│ ").join(""), names.join(" "))],
    rows: (index, lines, time) =>
      lines
        .flatMap((line) => wrap(line, room))
        .map((text, at) => {
          const marks = names.map((_, other) => (other === index && at === 0 ? "● " : "│ ")).join("");
          const name = at === 0 ? (names[index] ?? "") : "";
          return row(at === 0 ? time : "", marks, `${name.padEnd(nameColumns)} ${text}`);
        }),
    across: (text) => `${" ".repeat(MARGIN)}${text}`,
  };
}

/** The line in pieces of at most `width`, cut at blanks where there are any; later pieces are indented further. */
function wrap(line: string, width: number): readonly string[] {
  const indent = line.length - line.trimStart().length;
  const hanging = " ".repeat(Math.min(indent + HANGING, Math.floor(width / 2)));
  const pieces: string[] = [];
  let rest = line;
  while (rest.length > width) {
    const blank = rest.lastIndexOf(" ", width);
    const cut = blank > hanging.length && rest.slice(0, blank).trim() !== "" ? blank : width;
    pieces.push(rest.slice(0, cut).trimEnd());
    rest = `${hanging}${rest.slice(cut).trimStart()}`;
  }
  return [...pieces, rest];
}
