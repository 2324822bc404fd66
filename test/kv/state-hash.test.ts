import { crc32 } from "node:zlib";
import t from "tap";
import { ballot, nodeId, slot } from "../../src/base/ids.ts";
import type { KeyRecord } from "../../src/kv/command.ts";
import { FRESH_META, type MachineMeta, type Row, type SlotEffects } from "../../src/kv/state.ts";
import { formatStateHash, StateHash } from "../../src/kv/state-hash.ts";

const crypto = { crc32: (bytes: Uint8Array, seed = 0) => crc32(bytes, seed) };
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const of = (previous: number, effects: SlotEffects): number =>
  new StateHash(crypto).extend(previous, effects);
const slotOf = (...rows: readonly Row[]): SlotEffects => ({ slot: slot(3), rows, meta: FRESH_META });

const RECORD: KeyRecord = {
  value: bytes("green"),
  createRevision: 1,
  modRevision: 2,
  version: 3,
  leaseId: 4,
};
const EVENT = { key: bytes("colour"), revision: 2, record: RECORD, previousRevision: 1 };
const EXECUTED = {
  client: new Uint8Array(16).fill(9),
  ...{ sequence: 2, acknowledged: 1, payloadHash: 5, keepUntilMs: 60, clientKeepUntilMs: 70 },
  outcome: { kind: "too-large", revision: 2 },
} as const;
const PRINCIPAL = { role: "admin", prefix: bytes("a/"), verifier: new Uint8Array(32).fill(1) } as const;

/** One row of each table that counts, each field once otherwise. */
const ROWS: readonly Row[] = [
  ...[
    EVENT,
    { ...EVENT, key: bytes("colours") },
    { ...EVENT, revision: 3 },
    { ...EVENT, previousRevision: 0 },
    { ...EVENT, record: undefined },
    { ...EVENT, record: { ...RECORD, value: bytes("greem") } },
    { ...EVENT, record: { ...RECORD, value: new Uint8Array(100) } },
    { ...EVENT, record: { ...RECORD, value: new Uint8Array(100).fill(1, 99) } },
    { ...EVENT, record: { ...RECORD, createRevision: 2 } },
    { ...EVENT, record: { ...RECORD, version: 4 } },
    { ...EVENT, record: { ...RECORD, leaseId: 0 } },
  ].map((event): Row => ({ table: "events", revision: 2, part: 0, events: [event] })),
  ...[
    EXECUTED,
    { ...EXECUTED, client: new Uint8Array(16).fill(8) },
    { ...EXECUTED, sequence: 3 },
    { ...EXECUTED, acknowledged: 0 },
    { ...EXECUTED, payloadHash: 6 },
    { ...EXECUTED, keepUntilMs: 61 },
    { ...EXECUTED, clientKeepUntilMs: 71 },
    { ...EXECUTED, outcome: { kind: "too-large", revision: 3 } } as const,
    { ...EXECUTED, outcome: { kind: "result", result: { kind: "put-all", revision: 2, count: 1 } } } as const,
  ].map((record): Row => ({ table: "executed", slot: slot(3), records: [record] })),
  { table: "leases", id: 1, lease: undefined },
  { table: "leases", id: 1, lease: { ttlMs: 5, expiresMs: 6 } },
  { table: "leases", id: 1, lease: { ttlMs: 6, expiresMs: 6 } },
  { table: "leases", id: 1, lease: { ttlMs: 5, expiresMs: 7 } },
  { table: "leases", id: 1, lease: { ttlMs: 5, expiresMs: 6, owner: "ada" } },
  { table: "leases", id: 2, lease: { ttlMs: 5, expiresMs: 6 } },
  { table: "expiries", key: bytes("colour"), expiry: undefined },
  { table: "expiries", key: bytes("colour"), expiry: { kind: "ttl", expiresMs: 1 } },
  { table: "expiries", key: bytes("colour"), expiry: { kind: "lease", leaseId: 1 } },
  { table: "expiries", key: bytes("shape"), expiry: { kind: "lease", leaseId: 1 } },
  { table: "principals", id: "ada", principal: undefined },
  { table: "principals", id: "ada", principal: { ...PRINCIPAL, former: undefined } },
  { table: "principals", id: "bob", principal: { ...PRINCIPAL, former: undefined } },
  { table: "principals", id: "ada", principal: { ...PRINCIPAL, role: "read-only", former: undefined } },
  { table: "principals", id: "ada", principal: { ...PRINCIPAL, prefix: bytes(""), former: undefined } },
  {
    table: "principals",
    id: "ada",
    principal: { ...PRINCIPAL, former: { verifier: new Uint8Array(32), untilMs: 9 } },
  },
];

t.test("whatever a slot does to the state shows in the hash, to the bit", async (t) => {
  const hashes = new Set(ROWS.map((row) => of(0, slotOf(row))));
  t.equal(hashes.size, ROWS.length, "every row has a hash of its own");
  hashes.add(of(0, slotOf()));
  hashes.add(of(0, slotOf(...ROWS)));
  hashes.add(of(1, slotOf()));
  hashes.add(of(0, { ...slotOf(), slot: slot(4) }));
  for (const name of Object.keys(FRESH_META) as (keyof MachineMeta)[]) {
    const changed = name === "reign" ? ballot(1, nodeId(1)) : FRESH_META[name] + 1;
    hashes.add(of(0, { ...slotOf(), meta: { ...FRESH_META, [name]: changed } }));
  }
  t.equal(hashes.size, ROWS.length + 4 + Object.keys(FRESH_META).length);
  for (const hash of hashes) t.ok(Number.isSafeInteger(hash) && hash >= 0);
});

t.test("the same effects give the same hash, whatever was hashed before by the same object", async (t) => {
  const hash = new StateHash(crypto);
  const first = hash.extend(0, slotOf(...ROWS));
  hash.extend(first, slotOf());
  t.equal(hash.extend(0, slotOf(...ROWS)), first);
  t.equal(first, of(0, slotOf(...ROWS)));
  t.equal(first, 1130548177140160, "the hash is the same on every machine and in every later version");
});

t.test("a difference stays", async (t) => {
  const hash = new StateHash(crypto);
  let [left, right] = [1, 2];
  for (let at = 0; at < 1000; at++) {
    left = hash.extend(left, { ...slotOf(), slot: slot(at) });
    right = hash.extend(right, { ...slotOf(), slot: slot(at) });
    if (left === right) t.fail(`the hashes met at slot ${at}`);
  }
});

t.test(
  "rows that each node drops when it suits it, and rows that others tell of, do not count",
  async (t) => {
    const none = of(0, slotOf());
    t.equal(of(0, slotOf({ table: "executed", slot: slot(1), records: undefined })), none);
    t.equal(of(0, slotOf({ table: "keys", key: bytes("colour"), record: RECORD })), none);
    t.equal(of(0, slotOf({ table: "tombstones", key: bytes("colour"), revision: 2 })), none);
  },
);

t.test("a hash is shown with as many digits as it can have", async (t) => {
  t.equal(formatStateHash(0), "00000000000000");
  t.equal(formatStateHash(Number.MAX_SAFE_INTEGER), "1fffffffffffff");
});
