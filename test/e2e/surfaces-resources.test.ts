import t from "tap";
import type { Ask, Told } from "./surfaces/ask.ts";
import { askedCommands } from "./surfaces/asked-commands.ts";
import { askedHttp } from "./surfaces/asked-http.ts";
import { askedLibrary } from "./surfaces/asked-library.ts";
import { withCluster } from "./with-cluster.ts";

const refused = (code: string, more: Told = {}): Told => ({
  refused: code,
  outcome: "not_applied",
  retryable: false,
  ...more,
});
const stored = (version: number, created: number, revision: number, more: Told = {}): Told => ({
  version,
  created,
  revision,
  ...more,
});
const record = (value: string, version: number, created: number, changed: number, more: Told = {}): Told => ({
  value,
  version,
  created,
  changed,
  ...more,
});

/** In this order, each after what the ones before have left. */
const TABLE: readonly (readonly [ask: Ask, told: Told])[] = [
  [{ kind: "put", key: "a", value: "1", ifAbsent: true }, stored(1, 1, 1)],
  [{ kind: "put", key: "a", value: "x", ifAbsent: true }, refused("condition_failed", { standsAt: 1 })],
  [
    { kind: "put", key: "a", value: "2", ifRevision: 1, previous: true },
    stored(2, 1, 2, { previous: record("1", 1, 1, 1) }),
  ],
  [{ kind: "put", key: "a", value: "x", ifRevision: 1 }, refused("condition_failed", { standsAt: 2 })],
  [{ kind: "put", key: "none", value: "x", ifRevision: 1 }, refused("condition_failed", { standsAt: 0 })],
  [{ kind: "delete", key: "a", ifRevision: 1 }, refused("condition_failed", { standsAt: 2 })],
  [{ kind: "delete", key: "none", ifRevision: 1 }, refused("condition_failed", { standsAt: 0 })],
  [{ kind: "delete", key: "none" }, { deleted: false }],
  [{ kind: "put", key: "b", value: "9", previous: true }, stored(1, 3, 3, { previous: null })],
  [
    { kind: "delete", key: "b", ifRevision: 3, previous: true },
    { deleted: true, previous: record("9", 1, 3, 3) },
  ],
  [{ kind: "put", key: "once", value: "1", name: "first" }, stored(1, 5, 5)],
  [{ kind: "put", key: "once", value: "1", name: "first" }, stored(1, 5, 5)],
  [{ kind: "put", key: "once", value: "2", name: "first" }, refused("sequence_reused")],
  [{ kind: "put", key: "", value: "x" }, stored(1, 6, 6)],

  [{ kind: "get-at", key: "a", revision: 1 }, record("1", 1, 1, 1)],
  [{ kind: "get-at", key: "b", revision: 4 }, refused("not_found")],
  [{ kind: "get-at", key: "a", revision: 1, later: 1_000_000 }, refused("bad_request")],
  [
    { kind: "get", key: "a", level: "linearizable" },
    record("2", 2, 1, 2, { ends: false, level: "linearizable" }),
  ],
  [
    { kind: "get", key: "a", level: "stale", maxStalenessMs: 60_000 },
    record("2", 2, 1, 2, { ends: false, level: "as asked, or better", isAgeTold: true }),
  ],
  [{ kind: "get", key: "a", level: "sequential", maxStalenessMs: 1_000 }, refused("bad_request")],
  [{ kind: "get", key: "b", level: "linearizable" }, refused("not_found")],

  [
    {
      kind: "txn",
      if: [
        { key: "a", value: "2" },
        { key: "a", revision: 2 },
        { key: "b", exists: false },
      ],
      do: [
        { op: "put", key: "b", value: "20" },
        { op: "get", key: "b" },
        { op: "get", key: "none" },
        { op: "delete", key: "once" },
        { op: "delete", key: "none" },
      ],
      else: [{ op: "get", key: "a" }],
    },
    {
      succeeded: true,
      answers: [
        { op: "put", created: 7, version: 1 },
        { op: "get", record: record("20", 1, 7, 7) },
        { op: "get", record: null },
        { op: "delete", deleted: true },
        { op: "delete", deleted: false },
      ],
    },
  ],
  [
    { kind: "txn", if: [{ key: "a", revision: 1 }], do: [], else: [{ op: "get", key: "a" }] },
    { succeeded: false, answers: [{ op: "get", record: record("2", 2, 1, 2) }] },
  ],
  [
    { kind: "txn", if: [{ key: "b", exists: false }], do: [{ op: "delete", key: "b" }] },
    { succeeded: false, answers: [] },
  ],
  [
    {
      kind: "txn",
      if: [],
      do: [
        { op: "put", key: "a", value: "x" },
        { op: "delete", key: "a" },
      ],
    },
    refused("bad_request"),
  ],
  [
    {
      kind: "txn",
      if: [],
      do: [
        { op: "put", key: "r/1", value: "x" },
        { op: "put", key: "r/2", value: "y" },
        { op: "put", key: "s", value: "z" },
      ],
    },
    {
      succeeded: true,
      answers: [1, 2, 3].map(() => ({ op: "put", created: 8, version: 1 })),
    },
  ],
  [
    { kind: "range", after: "a", limit: 2 },
    {
      items: [
        { key: "b", ...record("20", 1, 7, 7) },
        { key: "r/1", ...record("x", 1, 8, 8) },
      ],
      more: true,
    },
  ],
  [
    { kind: "lines" },
    {
      items: [
        { key: "", ...record("x", 1, 6, 6) },
        { key: "a", ...record("2", 2, 1, 2) },
        { key: "b", ...record("20", 1, 7, 7) },
        { key: "r/1", ...record("x", 1, 8, 8) },
        { key: "r/2", ...record("y", 1, 8, 8) },
        { key: "s", ...record("z", 1, 8, 8) },
      ],
    },
  ],
  [{ kind: "count" }, { count: 6 }],
  [{ kind: "dry-run" }, { count: 6 }],
  [{ kind: "delete-range", prefix: "r/", count: 3 }, refused("condition_failed", { count: 2 })],
  [
    { kind: "delete-range", prefix: "r/", count: 2 },
    { deleted: 2, revision: 9 },
  ],
  [
    { kind: "lines", revision: 5 },
    {
      items: [
        { key: "a", ...record("2", 2, 1, 2) },
        { key: "once", ...record("1", 1, 5, 5) },
      ],
    },
  ],
  [
    { kind: "range", after: "b", limit: 2, revision: 8 },
    {
      items: [
        { key: "r/1", ...record("x", 1, 8, 8) },
        { key: "r/2", ...record("y", 1, 8, 8) },
      ],
      more: true,
    },
  ],
  [{ kind: "count", revision: 3 }, { count: 2 }],
  [{ kind: "count", revision: 9 }, { count: 4 }],
  [{ kind: "count", revision: 9, later: 1_000_000 }, refused("bad_request")],
  [{ kind: "range", after: "a", limit: 1, revision: 9, later: 1_000_000 }, refused("bad_request")],

  [
    { kind: "grant", lease: 7, ttlMs: 600_000 },
    { lease: 7, ttlMs: 600_000 },
  ],
  [{ kind: "grant", lease: 7, ttlMs: 600_000 }, refused("lease_exists")],
  [{ kind: "grant", lease: 8, ttlMs: 99 }, refused("bad_request")],
  [{ kind: "put", key: "l/1", value: "x", lease: 7 }, stored(1, 10, 10)],
  [{ kind: "put", key: "l/2", value: "x", lease: 8 }, refused("lease_not_found")],
  [
    { kind: "get", key: "l/1", level: "linearizable" },
    record("x", 1, 10, 10, { lease: 7, ends: true, level: "linearizable" }),
  ],
  [{ kind: "touch", key: "l/1", ttlMs: 600_000 }, refused("bad_value")],
  [
    { kind: "keep-alive", lease: 7 },
    { lease: 7, ttlMs: 600_000 },
  ],
  [{ kind: "keep-alive", lease: 8 }, refused("lease_not_found")],
  [
    { kind: "show", lease: 7 },
    { lease: 7, ttlMs: 600_000, keys: ["l/1"], count: 1 },
  ],
  [
    { kind: "revoke", lease: 7 },
    { deleted: 1, more: false },
  ],
  [{ kind: "show", lease: 7 }, refused("lease_not_found")],
  [{ kind: "revoke", lease: 7 }, refused("lease_not_found")],
  [{ kind: "get", key: "l/1", level: "linearizable" }, refused("not_found")],
  [{ kind: "touch", key: "s", ttlMs: 600_000 }, { ttlMs: 600_000 }],
  [{ kind: "touch", key: "none", ttlMs: 600_000 }, refused("not_found")],
  [
    { kind: "get", key: "s", level: "linearizable" },
    record("z", 1, 8, 8, { ends: true, level: "linearizable" }),
  ],

  [
    { kind: "history", key: "a" },
    {
      changes: [
        { change: "put", key: "a", revision: 2, after: 1, value: "2", version: 2, created: 1 },
        { change: "put", key: "a", revision: 1, after: 0, value: "1", version: 1, created: 1 },
      ],
    },
  ],
  [
    { kind: "history", key: "b", limit: 1, before: 7 },
    { changes: [{ change: "delete", key: "b", revision: 4, after: 3 }] },
  ],
  [
    { kind: "watch", prefix: "r/", from: 8, revisions: 2 },
    {
      changes: [
        {
          change: "put",
          key: "r/1",
          revision: 8,
          after: 0,
          value: "x",
          version: 1,
          created: 8,
          before: null,
        },
        {
          change: "put",
          key: "r/2",
          revision: 8,
          after: 0,
          value: "y",
          version: 1,
          created: 8,
          before: null,
        },
        { change: "delete", key: "r/1", revision: 9, after: 8, before: record("x", 1, 8, 8) },
        { change: "delete", key: "r/2", revision: 9, after: 8, before: record("y", 1, 8, 8) },
      ],
    },
  ],
  [{ kind: "put", key: "lock", value: "me" }, stored(1, 12, 12)],
  [{ kind: "put", key: "f", value: "1", fence: { key: "lock", made: 12 } }, stored(1, 13, 13)],
  [{ kind: "put", key: "f", value: "2", fence: { key: "lock", made: 1 } }, refused("fenced")],
  [{ kind: "touch", key: "f", ttlMs: 600_000, fence: { key: "lock", made: 1 } }, refused("fenced")],
  [{ kind: "touch", key: "f", ttlMs: 600_000, fence: { key: "lock", made: 12 } }, { ttlMs: 600_000 }],
  [
    {
      kind: "txn",
      if: [{ key: "f", exists: false }],
      do: [],
      else: [{ op: "put", key: "g", value: "1" }],
      fence: { key: "lock", made: 12 },
    },
    { succeeded: false, answers: [{ op: "put", created: 14, version: 1 }] },
  ],
  [
    { kind: "txn", if: [], do: [{ op: "delete", key: "g" }], fence: { key: "f", made: 12 } },
    refused("fenced"),
  ],
  [{ kind: "delete-range", prefix: "g", count: 1, fence: { key: "none", made: 12 } }, refused("fenced")],
  [
    { kind: "delete-range", prefix: "g", count: 1, fence: { key: "lock", made: 12 } },
    { deleted: 1, revision: 15 },
  ],
  [{ kind: "delete", key: "f", ifRevision: 13, fence: { key: "lock", made: 12 } }, { deleted: true }],
  [{ kind: "delete", key: "lock" }, { deleted: true }],
  [{ kind: "delete", key: "s", fence: { key: "lock", made: 12 } }, refused("fenced")],

  [{ kind: "put", key: "big", value: "v".repeat(1_048_577) }, refused("too_large")],
  [{ kind: "get", key: "k".repeat(1_024), level: "linearizable" }, refused("too_large")],
];

/** While somebody has the lock, and when nobody has. */
const HELD: typeof TABLE = [
  [
    { kind: "holder", lock: "job" },
    { value: "somebody", waiters: 0 },
  ],
  [{ kind: "leader", lock: "job" }, { value: "somebody" }],
  [{ kind: "try", lock: "job" }, refused("lock_held", { retryable: true })],
];
const FREE: typeof TABLE = [
  [{ kind: "holder", lock: "job" }, { waiters: 0 }],
  [{ kind: "leader", lock: "job" }, refused("not_found")],
  [{ kind: "try", lock: "job" }, { got: true }],
  [{ kind: "holder", lock: "job" }, { waiters: 0 }],
];

/** Once everything up to then is forgotten. */
const FORGOTTEN: readonly (readonly [ask: Ask, told: Told])[] = [
  [{ kind: "get-at", key: "a", revision: 1 }, refused("compacted", { tellsOldest: true })],
  [{ kind: "watch", prefix: "a", from: 1, revisions: 1 }, refused("compacted", { tellsOldest: true })],
  [{ kind: "lines", revision: 8 }, refused("compacted", { tellsOldest: true })],
  [{ kind: "range", after: "", limit: 1, revision: 8 }, refused("compacted", { tellsOldest: true })],
  [{ kind: "count", revision: 8 }, refused("compacted", { tellsOldest: true })],
  [
    { kind: "get", key: "a", level: "linearizable" },
    record("2", 2, 1, 2, { ends: false, level: "linearizable" }),
  ],
];

t.test(
  "conditions, transactions, ranges, leases, locks, fences and the past are the same through library, kvcli and /v1",
  { timeout: 300_000 },
  async (t) => {
    await withCluster(async (cluster, client) => {
      const surfaces = [
        await askedLibrary(cluster.addresses()),
        askedCommands(cluster.endpoints()),
        askedHttp(cluster.urls()),
      ];
      const askAll = (table: typeof TABLE) =>
        // Side by side: none of them touches the others' keys.
        Promise.all(
          surfaces.map(async (surface) => {
            for (const [index, [ask, told]] of table.entries())
              t.same(await surface.ask(ask), told, `${surface.name}: step ${index}, ${ask.kind}`);
          }),
        );
      await askAll(TABLE);
      const locks = await Promise.all(
        ["library/job", "commands/job", "v1/job"].map((name) => client.lock(name, { value: "somebody" })),
      );
      await askAll(HELD);
      for (const lock of locks) await lock.release();
      await askAll(FREE);
      const { revision } = await client.put("mark", "");
      await client.compact(revision);
      await askAll(FORGOTTEN);
      for (const surface of surfaces) surface.close();
    });
  },
);
