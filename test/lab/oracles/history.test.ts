import t from "tap";
import { History, historyLines } from "../../../src/lab/oracles/history.ts";

const put = (revision: number) => ({ kind: "put", version: 1, createRevision: revision, revision }) as const;
const nothing = (revision: number) => ({ kind: "read", record: undefined, revision }) as const;
const newHistory = (): History => new History(() => 0);

function write(history: History, key: string, revision: number): void {
  history.finish(history.invoke("c1", key, { kind: "put", tag: `t${revision}` }), put(revision));
}

t.test("revisions that rise in real time are right, whatever the keys", async (t) => {
  const history = newHistory();
  write(history, "a", 1);
  write(history, "b", 2);
  const slow = history.invoke("c1", "c", { kind: "put", tag: "slow" });
  write(history, "d", 4);
  history.finish(slow, put(3));
  history.finish(history.invoke("c2", "a", { kind: "get" }), nothing(4));
  t.strictSame(history.violations, []);
  t.strictSame(history.counts, { acknowledgedWrites: 4, unknownWrites: 0, reads: 1 });
});

t.test("a write whose revision was told of before it began is a violation", async (t) => {
  const history = newHistory();
  write(history, "a", 7);
  write(history, "b", 6);
  t.match(history.violations, [{ key: "b" }]);
});

t.test("two writes with one revision are a violation", async (t) => {
  const history = newHistory();
  const first = history.invoke("c1", "a", { kind: "put", tag: "x" });
  const second = history.invoke("c2", "b", { kind: "put", tag: "y" });
  history.finish(first, put(3));
  history.finish(second, put(3));
  t.match(history.violations, [{ key: "b", message: /which a write of a has/ }]);
});

t.test("a read at a store older than an acknowledged write of any key is a violation", async (t) => {
  const history = newHistory();
  write(history, "a", 7);
  history.finish(history.invoke("c2", "b", { kind: "get" }), nothing(6));
  t.match(history.violations, [{ key: "b", message: /after revision 7/ }]);
});

t.test("a read that began before a write was acknowledged may be at an older store", async (t) => {
  const history = newHistory();
  const early = history.invoke("c2", "b", { kind: "get" });
  write(history, "a", 7);
  history.finish(early, nothing(0));
  t.strictSame(history.violations, []);
});

t.test("the lines of a history are in the order of the calls, unknown outcomes end at -1", async (t) => {
  const history = newHistory();
  const doubtful = history.invoke("c1", "a", { kind: "delete" });
  write(history, "a", 1);
  history.finish(doubtful, { kind: "unknown" });
  const lines = historyLines(history.of("a")).map((line) => JSON.parse(line));
  t.match(lines, [
    { op: "delete", t0: 1, t1: -1, ok: null },
    { op: "put", t0: 2, t1: 3, ok: true },
  ]);
});
