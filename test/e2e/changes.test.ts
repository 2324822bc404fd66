import { randomBytes } from "node:crypto";
import t, { type Test } from "tap";
import { KvdError } from "../../src/base/errors.ts";
import type { Address } from "../../src/base/seams.ts";
import { KVCLI } from "../../src/cli/kvcli.ts";
import { runProgram } from "../../src/cli/program.ts";
import type { Client } from "../../src/client/client.ts";
import type { TxnRequest } from "../../src/client/txn.ts";
import type { Request } from "../../src/wire/client-messages.ts";
import { encodeBody } from "../../src/wire/payload.ts";
import { kvd } from "../../src/wire/schema.generated.js";
import { FakeTerminal } from "../cli/fake-terminal.ts";
import { NodeCaller } from "../torture/node-caller.ts";
import { withCluster } from "./with-cluster.ts";

const MIB = 1024 * 1024;

/** What one way of asking made of a change: done or not, and the revisions that it took. */
interface Seen {
  readonly done: boolean;
  readonly revisions: number;
}

interface Step {
  readonly cli: (prefix: string) => readonly string[];
  readonly library: (client: Client, prefix: string) => Promise<unknown>;
  readonly seen: Seen;
}

const TXN = (prefix: string): TxnRequest => ({
  if: [
    { key: `${prefix}n`, value: "7", is: "!=" },
    { key: `${prefix}x`, exists: false },
  ],
  do: [{ put: `${prefix}t`, value: "1" }, { delete: `${prefix}s` }],
  else: [{ get: `${prefix}n` }],
});

/** The same changes by both ways, each with what it must come to. */
const STEPS: readonly Step[] = [
  {
    cli: (prefix) => ["put", `${prefix}a`, "1", "--if-absent"],
    library: (client, prefix) => client.put(`${prefix}a`, "1", { ifAbsent: true }),
    seen: { done: true, revisions: 1 },
  },
  {
    cli: (prefix) => ["put", `${prefix}a`, "2", "--if-absent"],
    library: (client, prefix) => client.put(`${prefix}a`, "2", { ifAbsent: true }),
    seen: { done: false, revisions: 0 },
  },
  {
    cli: (prefix) => ["put", `${prefix}a`, "2", "--if-value", "1"],
    library: (client, prefix) => client.put(`${prefix}a`, "2", { ifValue: "1" }),
    seen: { done: true, revisions: 1 },
  },
  {
    cli: (prefix) => ["mput", `${prefix}b=1`, `${prefix}c=2`, `${prefix}d=3`],
    library: (client, prefix) =>
      client.putAll([
        [`${prefix}b`, "1"],
        [`${prefix}c`, "2"],
        [`${prefix}d`, "3"],
      ]),
    seen: { done: true, revisions: 1 },
  },
  {
    cli: (prefix) => ["incr", `${prefix}n`, "-9007199254740993"],
    library: (client, prefix) => client.modify(`${prefix}n`, { op: "incr", argument: -9007199254740993n }),
    seen: { done: true, revisions: 1 },
  },
  {
    cli: (prefix) => ["append", `${prefix}s`, "é"],
    library: (client, prefix) => client.modify(`${prefix}s`, { op: "append", argument: "é" }),
    seen: { done: true, revisions: 1 },
  },
  {
    cli: (prefix) => ["cas", `${prefix}s`, "--from", "e", "--to", "f"],
    library: (client, prefix) => client.modify(`${prefix}s`, { op: "cas", expected: "e", argument: "f" }),
    seen: { done: false, revisions: 0 },
  },
  {
    cli: (prefix) => ["rmw", `${prefix}j`, "--op", "json-merge", "--arg", '{"a":[1.50],"b":null}'],
    library: (client, prefix) =>
      client.modify(`${prefix}j`, { op: "json-merge", argument: '{"a":[1.50],"b":null}' }),
    seen: { done: true, revisions: 1 },
  },
  {
    cli: (prefix) => [
      "txn",
      `if value(${prefix}n)!=7 && absent(${prefix}x) then put ${prefix}t 1; del ${prefix}s else get ${prefix}n`,
    ],
    library: (client, prefix) => client.txn(TXN(prefix)),
    seen: { done: true, revisions: 1 },
  },
  {
    cli: (prefix) => ["del", "--range", `${prefix}b`, `${prefix}d`, "--expect-count", "3"],
    library: (client, prefix) =>
      client.deleteRange({ start: `${prefix}b`, end: `${prefix}d`, expectedCount: 3 }),
    seen: { done: false, revisions: 0 },
  },
  {
    cli: (prefix) => ["del", "--range", `${prefix}b`, `${prefix}d`, "--expect-count", "2"],
    library: (client, prefix) =>
      client.deleteRange({ start: `${prefix}b`, end: `${prefix}d`, expectedCount: 2 }),
    seen: { done: true, revisions: 1 },
  },
];

async function content(client: Client, prefix: string): Promise<readonly (readonly [string, string])[]> {
  const pairs: [string, string][] = [];
  for await (const { key, record } of client.scan({ prefix }))
    pairs.push([Buffer.from(key).toString().slice(prefix.length), Buffer.from(record.value).toString()]);
  return pairs;
}

t.test("library and kvcli make the same of every change, at any node", { timeout: 300_000 }, async (t) => {
  await withCluster(async (cluster, client) => {
    const endpoints = cluster.endpoints();
    const revision = async (): Promise<number> => (await client.get("none")).revision;
    for (const [index, step] of STEPS.entries()) {
      const terminal = new FakeTerminal({ KVD_ENDPOINTS: endpoints[index % 3], KVD_TIMEOUT: "20s" });
      const before = await revision();
      const status = await runProgram(KVCLI, step.cli("cli/"), terminal);
      const between = await revision();
      t.same(
        { done: status === 0, revisions: between - before },
        step.seen,
        `kvcli ${step.cli("").join(" ")}`,
      );
      if (!step.seen.done) t.equal(status, 1);
      const answer = await step.library(client, "lib/").catch((error: unknown) => error);
      if (!step.seen.done) t.match(answer, { failure: { code: "condition_failed", outcome: "not_applied" } });
      const done = !(answer instanceof KvdError);
      t.same({ done, revisions: (await revision()) - between }, step.seen, "the library");
    }
    t.same(await content(client, "cli/"), await content(client, "lib/"));
    t.same(await content(client, "lib/"), [
      ["a", "2"],
      ["d", "3"],
      ["j", '{"a":[1.50]}'],
      ["n", "-9007199254740993"],
      ["t", "1"],
    ]);

    for (const address of cluster.addresses()) await refusesUnknown(t, address);

    const large = Array.from({ length: 4 }, (_, index): [string, Uint8Array] => {
      return [`large/${index}`, new Uint8Array(MIB - 64).fill(index)];
    });
    t.match(await client.putAll(large, { timeoutMs: 20_000 }), { count: 4 });
    const read = await client.txn({ do: [0, 1, 2].map((index) => ({ get: `large/${index}` })) });
    const values = read.answers.map((answer) => (answer.kind === "get" ? answer.record?.value : undefined));
    for (const [index, value] of values.entries())
      t.ok(
        Buffer.from(value ?? []).equals(large[index]?.[1] ?? Buffer.of(1)),
        `a large answer's value ${index}`,
      );
    t.match(await client.deleteRange({ prefix: "large/", expectedCount: 4 }), { count: 4 });
    for (const half of [0, 1]) {
      const entries = Array.from({ length: 6_000 }, (_, index) => [`many/${half}/${index}`, ""] as const);
      await client.putAll(entries, { timeoutMs: 20_000 });
    }
    const gone = await client.deleteRange({ prefix: "many/", timeoutMs: 20_000 });
    t.match(gone, { count: 12_000, more: false });
    t.equal(await revision(), gone.revision, "two steps, two revisions");
    t.same(await content(client, "many/"), []);
  });
});

/** A node says no to what a newer client may ask for, and lives on. */
async function refusesUnknown(t: Test, address: Address): Promise<void> {
  const caller = await NodeCaller.open(address);
  const identity = { client: randomBytes(16), sequence: 1, acknowledged: 0, deadlineMs: Date.now() + 30_000 };
  const command = encodeBody(kvd.Command, { ...identity, payload: Uint8Array.of(99, 1, 2, 3) });
  const mutate = (id: number, timeoutMs: number): Request => {
    return { kind: "mutate", id, timeoutMs, command, forwarded: false };
  };
  const answer = await caller.ask(mutate, 10_000, true).catch((error: unknown) => error);
  t.match(answer, { failure: { code: "bad_request", outcome: "not_applied", message: /operation type 99/ } });
  t.match(await caller.ask((id) => ({ kind: "ping", id }), 10_000), { body: { kind: "pong" } });
  caller.close();
}
