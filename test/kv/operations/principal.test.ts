import t from "tap";
import type { Operation } from "../../../src/kv/command.ts";
import { Machine } from "../../../src/kv/machine.ts";
import { Bench, code } from "../test-bench.ts";
import { command, put, testCrypto, text } from "../test-state.ts";

const verifier = (seed: number): Uint8Array => new Uint8Array(32).fill(seed);
const create = (id: string, seed = 1, prefix = ""): Operation => {
  return { kind: "principal-create", id, role: "read-write", prefix: text(prefix), verifier: verifier(seed) };
};
const rotate = (id: string, seed: number, graceMs: number): Operation => {
  return { kind: "principal-rotate", id, verifier: verifier(seed), graceMs };
};
const revoke = (id: string): Operation => ({ kind: "principal-revoke", id });

function asked() {
  const bench = new Bench();
  let sequence = 0;
  const ask = (operation: Operation, stampMs = 0) =>
    bench.one(stampMs, command(operation, { sequence: ++sequence }));
  return { bench, ask, again: (operation: Operation) => bench.one(0, command(operation, { sequence })) };
}

t.test("a principal is created once, rotated, revoked, and then unknown", async (t) => {
  const { bench, ask } = asked();
  t.equal(code(ask(create("ada", 1, "app/"))), "result");
  t.equal(code(ask(create("ada", 2))), "principal_exists not_applied");
  t.same(bench.machine.principals.get("ada"), {
    role: "read-write",
    prefix: text("app/"),
    verifier: verifier(1),
    former: undefined,
  });
  t.equal(code(ask(rotate("ada", 2, 0))), "result");
  t.match(bench.machine.principals.get("ada"), {
    verifier: verifier(2),
    prefix: text("app/"),
    role: "read-write",
  });
  t.equal(code(ask(revoke("ada"))), "result");
  t.equal(bench.machine.principals.get("ada"), undefined);
  t.equal(code(ask(revoke("ada"))), "principal_not_found not_applied");
  t.equal(code(ask(rotate("ada", 3, 0))), "principal_not_found not_applied");
});

t.test("the secret before stays good for the grace, and only the one before", async (t) => {
  const { bench, ask } = asked();
  ask(create("ada", 1));
  ask(rotate("ada", 2, 5000), 1000);
  t.same(bench.machine.principals.get("ada")?.former, { verifier: verifier(1), untilMs: 6000 });
  ask(rotate("ada", 3, 100), 2000);
  t.same(bench.machine.principals.get("ada")?.former, { verifier: verifier(2), untilMs: 2100 });
  ask(rotate("ada", 4, 0), 2001);
  t.equal(bench.machine.principals.get("ada")?.former, undefined, "no grace ends the one under way");
});

t.test("principals take no revision, change no key, and a repeat does nothing", async (t) => {
  const { bench, ask, again } = asked();
  ask(put("a", "1"));
  ask(create("ada"));
  const result = { kind: "principal-create", revision: 1 };
  t.same(again(create("ada")), { kind: "result", result, repeated: true });
  t.equal(bench.machine.revision, 1);
  t.equal(bench.machine.keyCount, 1);
  t.equal(bench.state.meta.principalCount, 1);
});

t.test("a machine that starts from the rows knows the same principals, in order", async (t) => {
  const { bench, ask } = asked();
  for (const id of ["zoe", "ada", "bob"]) ask(create(id));
  ask(revoke("bob"));
  const again = new Machine(bench.state, bench.state.recovered(), testCrypto);
  t.same(again.principals.entries(), bench.machine.principals.entries());
  t.same(
    again.principals.entries().map(([id]) => id),
    ["ada", "zoe"],
  );
});

t.test("what is kept of a principal does not pin the datagram it came in", async (t) => {
  const { bench, ask } = asked();
  const datagram = new Uint8Array(60_000);
  const made = create("ada") as Extract<Operation, { kind: "principal-create" }>;
  ask({ ...made, verifier: datagram.subarray(5, 37), prefix: datagram.subarray(50, 60) });
  const { prefix, verifier } = bench.machine.principals.get("ada") ?? {};
  for (const bytes of [prefix, verifier]) t.ok((bytes?.buffer.byteLength ?? 60_000) < 2000);
});
