import t from "tap";
import { prefixEnd } from "../../src/base/bytes.ts";
import type { Operation } from "../../src/kv/command.ts";
import { ROLES } from "../../src/kv/principal.ts";
import {
  adminRefusal,
  keyTouch,
  narrowed,
  operationRefusal,
  type Rights,
  touchRefusal,
} from "../../src/kv/rights.ts";
import { del, delRange, modify, put, putAll, text, txn } from "./test-state.ts";

const rights = (role: Rights["role"], prefix = ""): Rights => ({ id: "ada", role, prefix: text(prefix) });
const SCOPED = rights("read-write", "app/");

const interval = (start: string, end: string | undefined) => ({
  access: "read" as const,
  start: text(start),
  end: end === undefined ? undefined : text(end),
});

t.test("an interval is inside a prefix when all of it is, to its very ends", async (t) => {
  const inside = [
    interval("app/", "app0"),
    interval("app/a", "app/b"),
    interval("app/a", "app0"),
    keyTouch("read", text("app/")),
    keyTouch("read", text("app/a")),
  ];
  const outside = [
    interval("", undefined),
    interval("app/", undefined),
    interval("app/a", undefined),
    interval("app/", "app0\0"),
    interval("app", "app0"),
    interval("app.z", "app/b"),
    interval("app0", "app1"),
    keyTouch("read", text("app")),
    keyTouch("read", text("apple")),
    keyTouch("read", text("")),
  ];
  for (const touch of inside) t.equal(touchRefusal(SCOPED, touch), undefined);
  for (const touch of outside) t.match(touchRefusal(SCOPED, touch), /start with 'app\/' alone/);
});

t.test("a prefix of the highest bytes has no end, and an interval in it needs none", async (t) => {
  const high = { ...SCOPED, prefix: Uint8Array.of(0xff, 0xff) };
  t.equal(
    touchRefusal(high, { access: "read", start: Uint8Array.of(0xff, 0xff, 1), end: undefined }),
    undefined,
  );
  t.match(
    touchRefusal(high, { access: "read", start: Uint8Array.of(0xff, 0xfe), end: undefined }),
    /bytes ffff/,
  );
});

t.test("read-only reads, read-write writes, and an admin of all keys looks after the cluster", async (t) => {
  const touch = keyTouch("write", text("a"));
  t.match(touchRefusal(rights("read-only"), touch), /ada is read-only.*role read-write/);
  t.equal(touchRefusal(rights("read-only"), { ...touch, access: "read" }), undefined);
  for (const role of ["read-write", "admin"] as const) t.equal(touchRefusal(rights(role), touch), undefined);
  t.equal(adminRefusal(rights("admin")), undefined);
  for (const other of [rights("read-write"), rights("read-only"), rights("admin", "app/")])
    t.match(adminRefusal(other), /role admin/);
});

const leaseId = 7;
const leased = (key: string): Operation => ({ kind: "touch", key: text(key), ttlMs: 1000 });

/** Every kind of operation on the keys of `prefix`. */
function operationsOn(
  prefix: string,
): Record<
  Exclude<Operation["kind"], "compact" | "configure" | `${"lease" | "principal"}-${string}`>,
  Operation[]
> {
  const key = `${prefix}k`;
  const end = Buffer.from(prefixEnd(text(prefix)) ?? []).toString();
  return {
    put: [put(key, "1")],
    delete: [del(key)],
    touch: [leased(key)],
    modify: [modify(key, { kind: "incr", argument: text("1") })],
    "delete-range": [delRange(prefix, end, { kind: "up-to", keys: 1 })],
    "put-all": [putAll({ [key]: "1", [`${prefix}l`]: "2" })],
    txn: [
      txn({ compares: [{ target: "exists", key: text(key), exists: true }] }),
      txn({ steps: [{ kind: "put", key: text(key), value: text(""), previous: false }] }),
      txn({ otherwise: [{ kind: "delete", key: text(key), previous: false }] }),
      txn({ steps: [{ kind: "get", key: text(key) }] }),
      txn({ otherwise: [{ kind: "delete-range", start: text(prefix), end: text(end) }] }),
    ],
  };
}

t.test("every operation is held to role and prefix, wherever in it a key stands", async (t) => {
  for (const made of Object.values(operationsOn("app/")).flat()) {
    const what = JSON.stringify(made);
    t.equal(operationRefusal(SCOPED, made), undefined, what);
    const writes = !/"exists"|"get"/.test(what);
    t.equal(operationRefusal(rights("read-only", "app/"), made) !== undefined, writes, what);
  }
  for (const made of Object.values(operationsOn("other/")).flat())
    for (const role of ROLES)
      t.type(operationRefusal(rights(role, "app/"), made), "string", JSON.stringify(made));
  for (const made of Object.values(operationsOn("app/")).flat()) {
    const under = (key: string): Operation => ({ ...made, fence: { key: text(key), token: 1 } }) as Operation;
    t.equal(operationRefusal(SCOPED, under("app/lock")), undefined);
    t.match(operationRefusal(SCOPED, under("other/lock")), /alone/, "whether it stands would tell something");
  }
  const mixed = putAll({ "app/a": "1", "other/b": "2" });
  t.match(operationRefusal(SCOPED, mixed), /alone/, "one key outside is enough");
});

t.test("what all watches stand on is for an admin of all keys to forget", async (t) => {
  const compact: Operation = { kind: "compact", revision: 1 };
  t.equal(operationRefusal(rights("admin"), compact), undefined);
  for (const other of [rights("read-write"), rights("admin", "app/")])
    t.match(operationRefusal(other, compact), /role admin/);
});

t.test("leases take the right to write, and are one's own when the keys are limited", async (t) => {
  const operations: Operation[] = [
    { kind: "lease-grant", leaseId: 0, ttlMs: 1000 },
    { kind: "lease-keep-alive", leaseId },
    { kind: "lease-revoke", leaseId },
  ];
  for (const made of operations) {
    t.equal(operationRefusal(SCOPED, made), undefined);
    t.match(operationRefusal(rights("read-only"), made), /read-write/);
    t.same(narrowed(SCOPED, made), { ...made, owner: "ada" });
    t.equal(narrowed(rights("read-write"), made), made);
  }
  const entry = { key: text("app/a"), value: text("1") };
  const step = { kind: "put", ...entry, previous: false, lifetime: { kind: "lease", leaseId } } as const;
  const puts: Operation[] = [
    step,
    { kind: "put-all", entries: [{ key: text("app/b"), value: text("1") }, step] },
    { kind: "txn", compares: [], steps: [step], otherwise: [] },
    { kind: "txn", compares: [], steps: [], otherwise: [step] },
  ];
  for (const made of puts) {
    t.same(narrowed(SCOPED, made), { ...made, owner: "ada" }, made.kind);
    t.equal(narrowed(rights("read-write"), made), made);
  }
  const timed = { ...put("app/a", "1"), lifetime: { kind: "ttl", ttlMs: 1000 } } as const;
  for (const unchanged of [put("app/a", "1"), timed, putAll({ "app/a": "1" })])
    t.equal(narrowed(SCOPED, unchanged), unchanged);
});

t.test("the table of principals is for admins of the whole cluster alone", async (t) => {
  const verifier = new Uint8Array(32);
  const operations: Operation[] = [
    { kind: "principal-create", id: "x", role: "read-only", prefix: text("app/"), verifier },
    { kind: "principal-rotate", id: "ada", verifier, graceMs: 0 },
    { kind: "principal-revoke", id: "x" },
  ];
  for (const made of operations) {
    t.equal(operationRefusal(rights("admin"), made), undefined);
    for (const other of [rights("read-write"), rights("admin", "app/")])
      t.match(operationRefusal(other, made), /role admin/);
  }
});
