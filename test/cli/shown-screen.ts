import type { ScreenSize } from "../../src/cli/screen.ts";

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what a screen is moved by
const PIECE = /\x1b\[(?<order>[0-9;?]*[A-Za-z])|\r|\n|[\s\S]/gu;

/**
 * What is to be seen on an xterm of this size after `written`, a string for each row, without blanks at its end. Throws for an
 * order that this does not know, and when the screen would scroll.
 */
export function shownScreen(written: string, { columns, rows }: ScreenSize): readonly string[] {
  const empty = (): string[][] => Array.from({ length: rows }, () => new Array<string>(columns).fill(" "));
  let cells = empty();
  // `column` is `columns` behind a character in the last one: the next goes into the next row, and what is erased begins with it.
  let [row, column] = [0, 0];
  const erase = (of: number, from: number): void => {
    cells[of]?.fill(" ", Math.min(from, columns - 1));
  };
  const goDown = (): void => {
    row++;
    if (row >= rows) throw new Error("the screen scrolls");
  };
  for (const { 0: piece, groups } of written.matchAll(PIECE)) {
    const order = groups?.["order"];
    if (order === "?1049h" || order === "?1049l") cells = empty();
    else if (order === "H") [row, column] = [0, 0];
    else if (order === "K") erase(row, column);
    else if (order === "J")
      cells.forEach((_, of) => {
        if (of >= row) erase(of, of === row ? column : 0);
      });
    else if (order === "?25l" || order === "?25h") continue;
    else if (order !== undefined) throw new Error(`the order ${order}`);
    else if (piece === "\r") column = 0;
    else if (piece === "\n") goDown();
    else {
      if (column === columns) {
        column = 0;
        goDown();
      }
      (cells[row] as string[])[column] = piece;
      column++;
    }
  }
  return cells.map((line) => line.join("").trimEnd());
}
