import t from "tap";
import { type Window, WindowLines } from "../../../src/lab/report/window.ts";

function kept(window: Window, times: readonly number[]): readonly number[] {
  const lines = new WindowLines(window);
  for (const at of times) lines.add({ type: "dropped", at, count: 1 });
  return lines.lines.map(({ at }) => at);
}

t.test("a stretch between two moments has both", async (t) => {
  t.strictSame(kept({ kind: "between", fromMs: 2, toMs: 4 }, [1, 2, 3, 4, 5]), [2, 3, 4]);
});

t.test("the last stretch is what is left at the end", async (t) => {
  const times = Array.from({ length: 1000 }, (_, at) => at);
  t.strictSame(kept({ kind: "last", ms: 3 }, times), [996, 997, 998, 999]);
  t.strictSame(kept({ kind: "last", ms: 5 }, [1, 2]), [1, 2]);
  t.strictSame(kept({ kind: "last", ms: 5 }, []), []);
});
