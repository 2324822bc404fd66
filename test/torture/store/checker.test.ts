import t from "tap";
import { SeededRandom } from "../../../src/lab/world/seeded-random.ts";
import type { StoreAnswer, StoreCall, StoreOperation, StoreOutcome } from "./call.ts";
import { checkStore } from "./checker.ts";
import { simulatedHistory } from "./simulated-store.ts";

type Line = readonly [
  operation: StoreOperation,
  outcome: StoreOutcome,
  invoked: number,
  returned: number,
  level?: "sequential",
];

function calls(...lines: readonly Line[]): readonly StoreCall[] {
  return lines.map(([operation, outcome, invoked, returned, level = "linearizable" as const], at) => {
    return { client: `s${at}`, group: "", operation, level, outcome, invoked, returned };
  });
}

const verdict = (...lines: readonly Line[]): string => checkStore(calls(...lines)).kind;

const told = (answer: StoreAnswer, revision: number): StoreOutcome => ({
  kind: "answered",
  answer,
  revision,
});
const put = (key: string, value: string): StoreOperation => ({
  kind: "put",
  key,
  value,
  condition: undefined,
});
const created = (revision: number): StoreOutcome =>
  told({ kind: "put", version: 1, created: revision, previous: null }, revision);
const get = (key: string): StoreOperation => ({ kind: "get", key });
const row = (value: string, version: number, created: number, changed: number) => ({
  value,
  version,
  created,
  changed,
});
const range: StoreOperation = { kind: "range", prefix: "", limit: 10 };
const incr: StoreOperation = { kind: "modify", key: "n", change: { op: "incr", number: 1 } };

t.test("histories of a store that keeps its promises are explained, faults and all", async (t) => {
  for (let seed = 1; seed <= 30; seed++) {
    const history = simulatedHistory(new SeededRandom(seed), 120);
    t.equal(checkStore(history).kind, "linearizable", `seed ${seed}`);
  }
});

t.test("an answer that was changed is noticed", async (t) => {
  let noticed = 0;
  let tried = 0;
  for (let seed = 1; seed <= 30; seed++) {
    const history = simulatedHistory(new SeededRandom(seed), 80);
    const at = history.findLastIndex(
      ({ outcome }) => outcome.kind === "answered" && outcome.answer.kind === "get",
    );
    const call = history[at];
    if (call === undefined || call.outcome.kind !== "answered" || call.outcome.answer.kind !== "get")
      continue;
    const { answer, revision } = call.outcome;
    const wrong = answer.row === null ? row("of nobody", 1, revision, revision) : null;
    const outcome = told({ kind: "get", row: wrong }, revision);
    tried += 1;
    if (checkStore(history.with(at, { ...call, outcome })).kind !== "linearizable") noticed += 1;
  }
  t.ok(tried > 10, `${tried} histories`);
  t.equal(noticed, tried);
});

t.test("an acknowledged change is not lost", async (t) => {
  const lost: Line = [get("a"), told({ kind: "get", row: null }, 1), 3, 4];
  t.equal(verdict([put("a", "x"), created(1), 1, 2], lost), "impossible");
});

t.test("a change of unknown outcome happens once or never, early or late", async (t) => {
  const unknown: Line = [incr, { kind: "unknown" }, 1, 2];
  const shows = (value: string, version: number): Line => [
    get("n"),
    told({ kind: "get", row: row(value, version, 5, 5) }, 7),
    3,
    4,
  ];
  t.equal(verdict(unknown, [get("n"), told({ kind: "get", row: null }, 0), 3, 4]), "linearizable");
  t.equal(verdict(unknown, shows("1", 1)), "linearizable");
  t.equal(verdict(unknown, shows("2", 2)), "impossible", "twice");
  const before: Line = [get("n"), told({ kind: "get", row: row("1", 1, 5, 5) }, 7), 3, 4];
  t.equal(verdict([incr, { kind: "unknown" }, 5, 6], before), "impossible", "before it was asked for");
});

t.test("what is changed together is seen together", async (t) => {
  const both: StoreOperation = {
    kind: "put-all",
    entries: [
      ["a", "1"],
      ["b", "1"],
    ],
  };
  const seen = (keys: readonly string[]): Line => {
    const rows = keys.map((key) => [key, row("1", 1, 1, 1)] as const);
    return [range, told({ kind: "range", rows, more: false }, 1), 2, 5];
  };
  const all: Line = [both, told({ kind: "put-all", count: 2 }, 1), 1, 4];
  t.equal(verdict(all, seen(["a", "b"])), "linearizable");
  t.equal(verdict(all, seen(["a"])), "impossible");
});

t.test("a condition that was met, or not, was so at some moment of the request", async (t) => {
  const first: Line = [put("a", "x"), created(3), 1, 2];
  const conditional = (revision: number): StoreOperation => ({
    kind: "put",
    key: "a",
    value: "y",
    condition: { kind: "revision", revision },
  });
  const done = told({ kind: "put", version: 2, created: 3, previous: row("x", 1, 3, 3) }, 4);
  const refused = (number: number): StoreOutcome => ({
    kind: "refused",
    code: "condition_failed",
    conflict: { kind: "revision", number },
  });
  t.equal(verdict(first, [conditional(3), done, 3, 4]), "linearizable");
  t.equal(verdict(first, [conditional(2), done, 3, 4]), "impossible", "met, though it was not so");
  t.equal(verdict(first, [conditional(2), refused(3), 3, 4]), "linearizable");
  t.equal(verdict(first, [conditional(3), refused(3), 3, 4]), "impossible", "refused, though it was so");
  t.equal(verdict(first, [conditional(3), refused(0), 3, 4]), "impossible", "as if the key were absent");
});

t.test("a transaction that did neither list whole is noticed", async (t) => {
  const txn: StoreOperation = {
    kind: "txn",
    compares: [{ key: "a", exists: false }],
    steps: [
      { kind: "put", key: "a", value: "x" },
      { kind: "put", key: "b", value: "x" },
    ],
    otherwise: [],
  };
  const step = { kind: "put", version: 1, created: 1, previous: null } as const;
  const done: Line = [txn, told({ kind: "txn", succeeded: true, answers: [step, step] }, 1), 1, 2];
  const half = told({ kind: "range", rows: [["a", row("x", 1, 1, 1)]], more: false }, 1);
  t.equal(verdict(done, [range, half, 3, 4]), "impossible");
});

t.test(
  "a linearizable read is not older than what was answered before it, a sequential one may be",
  async (t) => {
    const lines: readonly Line[] = [
      [put("a", "x"), created(1), 1, 2],
      [put("a", "y"), told({ kind: "put", version: 2, created: 1, previous: row("x", 1, 1, 1) }, 2), 3, 4],
    ];
    const old = told({ kind: "get", row: row("x", 1, 1, 1) }, 1);
    t.equal(verdict(...lines, [get("a"), old, 5, 6]), "impossible");
    t.equal(verdict(...lines, [get("a"), old, 5, 6, "sequential"]), "linearizable");
    const torn = told({ kind: "get", row: row("x", 1, 1, 1) }, 2);
    t.equal(verdict(...lines, [get("a"), torn, 5, 6, "sequential"]), "impossible", "not as of its revision");
    const early: Line = [get("a"), told({ kind: "get", row: row("x", 1, 1, 1) }, 1), 1, 2, "sequential"];
    t.equal(verdict([put("a", "x"), created(1), 3, 4], early), "impossible", "from the future");
  },
);

t.test("revisions keep real time", async (t) => {
  const later: Line = [put("b", "x"), created(1), 3, 4];
  t.equal(verdict([put("a", "x"), created(2), 1, 2], later), "impossible");
});
