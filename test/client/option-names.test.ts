import t from "tap";
import { KvdError } from "../../src/base/errors.ts";
import type { Client } from "../../src/client/client.ts";
import { openClient } from "../../src/client/open.ts";
import { threeNodes } from "./world.ts";

/** The client as it is for a program that no compiler has seen. */
type Unchecked = {
  readonly [Name in keyof Client]: (...args: readonly unknown[]) => Promise<unknown>;
};

t.test("what the compiler would not let pass is refused before anything is sent", async (t) => {
  // Nobody moves this world on: whatever was sent would never be answered.
  const { world } = threeNodes();
  const client = world.client();
  const unchecked = client as unknown as Unchecked;
  const pair = "\ud83d";
  const calls: readonly (readonly [() => Promise<unknown>, RegExp])[] = [
    [() => unchecked.modify("a", { op: "zap" }), /no op 'zap'/],
    [() => unchecked.modify("a", { op: "max" }), /argument is of type undefined/],
    [() => unchecked.get("a", { consistency: "zap" }), /consistency is 'zap'/],
    [() => unchecked.get(undefined), /a key or value is undefined/],
    [() => unchecked.put("a", 5), /a key or value is of type number/],
    [() => unchecked.put(null, "x"), /a key or value is null/],
    [() => client.put("a", pair), /half of a surrogate pair/],
    [() => client.get(`a${pair}`), /half of a surrogate pair/],
    [() => unchecked.put("a", "x", { ifAbsnt: true }), /unknown option ifAbsnt; did you mean ifAbsent\?/],
    [() => unchecked.put("a", "x", { ifAbsnt: true, fence: { key: "l", token: 1 } }), /ifAbsnt/],
    [() => unchecked.delete("a", { ttlMs: 5_000 }), /unknown option ttlMs/],
    [() => unchecked.deleteRange({ prefix: "a", expectedcount: 1 }), /did you mean expectedCount\?/],
    [() => unchecked.putAll([["a", "b"]], { ifAbsent: true }), /unknown option ifAbsent/],
    [() => unchecked.txn({ do: [{ get: "a" }] }, { ifAbsent: true }), /unknown option ifAbsent/],
    [() => unchecked.txn({ ifs: [], do: [] }), /unknown part of a transaction ifs; did you mean if\?/],
    [
      () => unchecked.txn({ do: [{ put: "a", value: "x", ttl: 5 }] }),
      /part of a put ttl; did you mean ttlMs\?/,
    ],
    [() => unchecked.txn({ do: [{ del: "a" }] }), /has one of put, delete/],
    [() => unchecked.txn({ do: [{ deleteRange: { prefix: "a" } }] }), /part of a deleteRange prefix/],
    [() => unchecked.txn({ if: [{ key: "a", equals: "x" }] }), /unknown part of a compare equals/],
    [() => unchecked.modify("a", { op: "incr", arg: 5 }), /unknown part of a modification arg/],
    [() => unchecked.putAll([["a", "b", { ttl: 5 }]]), /part of a lifetime ttl; did you mean ttlMs\?/],
    [() => unchecked.lock("a", { ttl: 5 }), /unknown option ttl; did you mean ttlMs\?/],
    [() => unchecked.tryLock("a", { waitMs: 5 }), /unknown option waitMs/],
    [() => unchecked.claimLock("a", 7, { wait: 5 }), /unknown option wait; did you mean waitMs\?/],
    [() => unchecked.campaign("a", "me", { value: "you" }), /unknown option value/],
    [() => unchecked.lockHolder("a", { limit: 1 }), /unknown option limit/],
    [async () => unchecked.observe("a", { timeoutMs: 1 }), /unknown option timeoutMs/],
    [() => unchecked.ping(undefined, { timeout: 1 }), /did you mean timeoutMs\?/],
    [() => openClient({ endpoints: [], timeout: 5 } as never), /did you mean timeoutMs\?/],
    [() => unchecked.grantLease({ ttlMs: 1_000, fence: { key: "l", token: 1 } }), /unknown option fence/],
    [() => unchecked.modify("a", { op: "incr" }, { values: false }), /did you mean value\?/],
    [() => unchecked.get("a", { limit: 1 }), /unknown option limit/],
    [() => unchecked.range({ perfix: "a" }), /did you mean prefix\?/],
    [() => unchecked.leases({ form: 1 }), /did you mean from\?/],
    [async () => unchecked.watch({ kye: "a" }), /did you mean key\?/],
    [async () => unchecked.history("a", { befor: 1 }), /did you mean before\?/],
  ];
  for (const [call, message] of calls) {
    const error = await call().catch((error: unknown) => error);
    t.ok(error instanceof KvdError, `${message}`);
    t.match(error, { message, failure: { code: "bad_request", outcome: "not_applied" } });
  }
  client.close();
});
