/**
 * How many lines of a terminal with `columns` columns a text takes whose every line ends in a line feed:
 * a line longer than the terminal is wide goes on in the next one.
 */
export function physicalLines(text: string, columns: number): number {
  return text
    .split("\n")
    .slice(0, -1)
    .reduce((count, line) => count + Math.max(1, Math.ceil(line.length / columns)), 0);
}
