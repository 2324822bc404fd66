import t from "tap";
import { Directory } from "../../src/client/directory.ts";
import type { LinkId } from "../../src/transport/service.ts";

const A = { host: "127.0.0.1", port: 1 };
const B = { host: "127.0.0.1", port: 2 };
const LEADER = { kind: "leader" } as const;
const link = 1 as LinkId;

t.test("what needs the leader goes straight to it", async (t) => {
  const directory = new Directory([A, B]);
  const [a, b] = [directory.add(A), directory.add(B)];
  a.phase = { kind: "up", link };
  b.phase = { kind: "up", link };
  directory.leader = b;
  for (let turn = 0; turn < 5; turn++)
    t.match(directory.choose(LEADER, undefined, 0), { kind: "send", node: b });
});

t.test(
  "while a link to the leader opens it is waited for a moment, then another node may forward",
  async (t) => {
    const directory = new Directory([A, B]);
    const [a, b] = [directory.add(A), directory.add(B)];
    a.phase = { kind: "up", link };
    b.phase = { kind: "opening", link, sinceMs: 1_000 };
    directory.leader = b;
    t.match(directory.choose(LEADER, undefined, 1_100), { kind: "wait" });
    t.match(directory.choose(LEADER, undefined, 1_200), { kind: "send", node: a });
  },
);

t.test("replicas take turns, and the one that just failed is the last resort", async (t) => {
  const directory = new Directory([A, B]);
  const [a, b] = [directory.add(A), directory.add(B)];
  a.phase = { kind: "up", link };
  b.phase = { kind: "up", link };
  const asked = new Set(
    [1, 2].map(() => {
      const choice = directory.choose({ kind: "replica" }, undefined, 0);
      return choice.kind === "send" ? choice.node : undefined;
    }),
  );
  t.equal(asked.size, 2);
  t.match(directory.choose({ kind: "replica" }, a, 0), { kind: "send", node: b });
  b.phase = { kind: "closed", notBeforeMs: 500 };
  t.match(directory.choose({ kind: "replica" }, a, 0), { kind: "send", node: a });
});

t.test("a node that went silent is left alone for a while", async (t) => {
  const directory = new Directory([A]);
  directory.add(A).phase = { kind: "closed", notBeforeMs: 500 };
  t.match(directory.choose({ kind: "replica" }, undefined, 499), { kind: "wait" });
  t.match(directory.choose({ kind: "replica" }, undefined, 500), { kind: "open" });
  t.match(directory.choose({ kind: "node", address: A }, undefined, 499), { kind: "wait" });
});
