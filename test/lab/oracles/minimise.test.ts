import t from "tap";
import type { Operation } from "../../../src/lab/oracles/history.ts";
import { minimalText } from "../../../src/lab/oracles/history-text.ts";
import { checkKey } from "../../../src/lab/oracles/key-checker.ts";
import { minimise } from "../../../src/lab/oracles/minimise.ts";
import { SeededRandom } from "../../../src/lab/world/seeded-random.ts";
import { put, read, refusedPut, unknownPut } from "./histories.ts";
import { simulateHistory } from "./simulated-history.ts";

const stored = (version: number) => ({ tag: `p${version}`, version, revision: version, created: 1 });
/** Twenty puts, each read once, and other things that do not matter. */
const LONG: readonly Operation[] = Array.from({ length: 20 }, (_, index) => [
  put(10 * index + 1, 10 * index + 2, stored(index + 1)),
  read(10 * index + 3, 10 * index + 5, stored(index + 1)),
  refusedPut(10 * index + 4, 10 * index + 6, "refused"),
]).flat();

t.test(
  "of a long history with a stale read at its end the last certainty and the read are left",
  async (t) => {
    const stale = read(300, 301, stored(19));
    const minimal = minimise([...LONG, stale, put(302, 303, stored(21))]);
    t.strictSame(minimal?.operations, [stale]);
    t.match(minimal, { failed: stale, start: [{ state: { tag: "p20", version: 20, modRevision: 20 } }] });
  },
);

t.test("a write that others have seen stays, one that nobody saw goes", async (t) => {
  const wanted = [
    unknownPut(300, 301, "u"),
    read(310, 311, { tag: "u", version: 21, revision: 21, created: 1 }),
  ];
  const unseen = unknownPut(302, 303, "unseen");
  const back = read(320, 330, stored(20));
  const minimal = minimise([...LONG, ...wanted, unseen, back]);
  t.notOk(minimal?.operations.some(({ action }) => action.kind === "put" && action.tag === "unseen"));
  t.equal(minimal?.failed, back);
  t.ok((minimal?.operations.length ?? 9) <= 3);
});

t.test("a history without fault has no minimum", async (t) => {
  t.equal(minimise(LONG), undefined);
});

t.test("what is left of a random broken history is short, of it, and still impossible", async (t) => {
  let longest = 0;
  let seen = 0;
  for (let seed = 1; seed <= 60; seed++) {
    const { operations } = simulateHistory(new SeededRandom(seed), { steps: 300, fault: "lost-put" });
    const minimal = minimise(operations);
    if (minimal === undefined) continue;
    seen += 1;
    longest = Math.max(longest, minimal.operations.length);
    const verdict = checkKey(minimal.operations, { initial: minimal.start });
    if (verdict.kind !== "impossible") t.fail(`seed ${seed}: the rest is possible`);
    const invocations = new Set(operations.map(({ invoked }) => invoked));
    if (!minimal.operations.every(({ invoked }) => invocations.has(invoked))) t.fail(`seed ${seed}: made up`);
  }
  t.ok(seen > 30, `${seen} were broken`);
  t.ok(longest <= 12, `at most ${longest} operations`);
});

t.test(
  "the text has a line per operation, marks the one that failed, and the same for checkers",
  async (t) => {
    const minimal = minimise([...LONG, read(300, 301, stored(19))]);
    const lines = minimal === undefined ? [] : minimalText(minimal);
    t.equal(lines[0], "before: p20, version 20, created 1, revision 20");
    t.match(lines[1], /^\* \[300\.\.301\].*get k -> p19, version 19/);
    t.match(JSON.parse(lines[2] ?? ""), { op: "get", t0: 300, t1: 301 });
  },
);
