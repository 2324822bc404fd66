import t from "tap";
import { IntervalIndex, type TextInterval } from "../../src/node/interval-index.ts";
import { seeded } from "../wire/hostile-bytes.ts";

t.test("it finds what a scan of all intervals finds, whatever came and went", async (t) => {
  const below = seeded(5);
  const letter = (): string => "abcdefgh"[below(8)] as string;
  const index = new IntervalIndex<number>();
  const all = new Map<number, TextInterval>();
  for (let step = 0; step < 3000; step++) {
    if (below(3) > 0 || all.size === 0) {
      const start = letter().repeat(below(3));
      const interval = { start, end: below(5) === 0 ? undefined : `${letter()}${letter()}` };
      index.add(interval, step);
      all.set(step, interval);
    } else {
      const [item, interval] = [...all][below(all.size)] as [number, TextInterval];
      index.remove(interval, item);
      index.remove(interval, item);
      all.delete(item);
    }
    const key = `${letter()}${letter()}`;
    const found: number[] = [];
    index.visit(key, (item) => found.push(item));
    const holding = [...all].filter(([, { start, end }]) => start <= key && (end === undefined || key < end));
    const wanted = holding.map(([item]) => item);
    const ascending = (left: number, right: number): number => left - right;
    t.strictSame(found.sort(ascending), wanted.sort(ascending));
  }
});
