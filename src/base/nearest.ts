/** How many single-letter edits (swaps of neighbours included) lie between two names. */
function distance(left: string, right: string): number {
  const rows: number[][] = [];
  for (let i = 0; i <= left.length; i++) {
    const row: number[] = [];
    for (let j = 0; j <= right.length; j++) {
      const cost = left[i - 1] === right[j - 1] ? 0 : 1;
      const above = rows[i - 1];
      if (above === undefined || j === 0) {
        row.push(i + j);
        continue;
      }
      let best = Math.min((above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (above[j - 1] ?? 0) + cost);
      const isSwap = i > 1 && j > 1 && left[i - 1] === right[j - 2] && left[i - 2] === right[j - 1];
      if (isSwap) best = Math.min(best, (rows[i - 2]?.[j - 2] ?? 0) + 1);
      row.push(best);
    }
    rows.push(row);
  }
  return rows[left.length]?.[right.length] ?? 0;
}

/** The name most like `wanted`, or undefined when none is close enough to be meant. */
export function nearestName(wanted: string, names: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(wanted.length / 3)) + 1;
  for (const name of names) {
    const current = name.startsWith(wanted) && wanted.length > 1 ? 1 : distance(wanted, name);
    if (current < bestDistance) {
      best = name;
      bestDistance = current;
    }
  }
  return best;
}
