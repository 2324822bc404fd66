import t from "tap";
import { commandSurface } from "./surfaces/commands.ts";
import { ENDPOINTS, httpSurface } from "./surfaces/http.ts";
import { librarySurface } from "./surfaces/library.ts";
import { RESOURCES } from "./surfaces/resources.ts";
import type { Seen, Step } from "./surfaces/step.ts";
import { withCluster } from "./with-cluster.ts";

const refused = (code: string, more: { readonly standsAt?: number } = {}): Seen => ({
  kind: "refused",
  code,
  outcome: "not_applied",
  retryable: false,
  ...more,
});
const made = (old: string | null, value: string, isChanged = true): Seen => ({
  kind: "modify",
  old,
  new: value,
  isChanged,
});
const stored = (version: number, created: number, revision: number): Seen => ({
  kind: "put",
  version,
  created,
  revision,
});

/** In this order, each after what the ones before have left: what is asked, and what everybody is to be told. */
const TABLE: readonly (readonly [step: Step, seen: Seen])[] = [
  [{ kind: "get", key: "a" }, refused("not_found")],
  [{ kind: "put", key: "a", value: "1" }, stored(1, 1, 1)],
  [{ kind: "put", key: "a", value: "zwei +%&=ü" }, stored(2, 1, 2)],
  [
    { kind: "get", key: "a" },
    { kind: "get", value: "zwei +%&=ü", version: 2, created: 1, changed: 2, ends: false },
  ],
  [
    {
      kind: "put-all",
      entries: [
        ["b", "20"],
        ["c", ""],
      ],
    },
    { kind: "put-all", count: 2, revision: 3 },
  ],
  [
    { kind: "get", key: "c" },
    { kind: "get", value: "", version: 1, created: 3, changed: 3, ends: false },
  ],
  [
    {
      kind: "put-all",
      entries: [
        ["b", "1"],
        ["b", "2"],
      ],
    },
    refused("bad_request"),
  ],
  [{ kind: "incr", key: "b", by: "5" }, made("20", "25")],
  [{ kind: "incr", key: "n", by: "-9223372036854775808" }, made(null, "-9223372036854775808")],
  [{ kind: "incr", key: "n", by: "-1" }, refused("bad_value")],
  [{ kind: "incr", key: "a", by: "1" }, refused("bad_value")],
  [{ kind: "max", key: "b", by: "7" }, made("25", "25", false)],
  [{ kind: "min", key: "b", by: "7" }, made("25", "7")],
  [{ kind: "append", key: "c", text: "xy" }, made("", "xy")],
  [{ kind: "prepend", key: "c", text: "w" }, made("xy", "wxy")],
  [{ kind: "set-if-absent", key: "s", text: "first" }, made(null, "first")],
  [{ kind: "set-if-absent", key: "s", text: "second" }, made("first", "first", false)],
  [{ kind: "cas", key: "s", expected: "first", text: "third" }, made("first", "third")],
  [
    { kind: "cas", key: "s", expected: "first", text: "fourth" },
    refused("condition_failed", { standsAt: 10 }),
  ],
  [{ kind: "cas", key: "absent", expected: "x", text: "y" }, refused("condition_failed", { standsAt: 0 })],
  [{ kind: "json-merge", key: "j", text: '{"a":1,"b":{"c":2}}' }, made(null, '{"a":1,"b":{"c":2}}')],
  [{ kind: "json-merge", key: "j", text: '{"b":{"c":null}}' }, made('{"a":1,"b":{"c":2}}', '{"a":1,"b":{}}')],
  [{ kind: "json-merge", key: "a", text: "{}" }, refused("bad_value")],
  [{ kind: "put", key: "t", value: "x", ttlMs: 600_000 }, stored(1, 13, 13)],
  [
    { kind: "get", key: "t" },
    { kind: "get", value: "x", version: 1, created: 13, changed: 13, ends: true },
  ],
  [
    { kind: "keys", after: "a", limit: 3 },
    { kind: "keys", keys: ["b", "c", "j"], more: true },
  ],
  [
    { kind: "keys", after: "s", limit: 3 },
    { kind: "keys", keys: ["t"], more: false },
  ],
  [
    { kind: "delete", key: "a" },
    { kind: "delete", deleted: true },
  ],
  [
    { kind: "delete", key: "a" },
    { kind: "delete", deleted: false },
  ],
  [{ kind: "put", key: "a", value: "again" }, stored(1, 15, 15)],
  [{ kind: "put", key: "", value: "x" }, refused("bad_request")],
  [{ kind: "put", key: "k".repeat(1_024), value: "x" }, refused("too_large")],
  [{ kind: "put", key: "t", value: "x", ttlMs: 99 }, refused("bad_request")],
];

t.test(
  "the library, kvcli, the endpoints and the resources of HTTP do the same, and are told the same, whichever node they ask",
  { timeout: 300_000 },
  async (t) => {
    await withCluster(async (cluster) => {
      const surfaces = [
        await librarySurface(cluster.addresses()),
        commandSurface(cluster.endpoints()),
        httpSurface(cluster.urls(), ENDPOINTS),
        httpSurface(cluster.urls(), RESOURCES),
      ];
      // Side by side: none of them touches the others' keys.
      await Promise.all(
        surfaces.map(async (surface) => {
          for (const [index, [step, seen]] of TABLE.entries()) {
            const what = `${surface.name}: step ${index}, ${step.kind}`;
            t.same(await surface.perform(step), seen, what);
          }
          surface.close();
        }),
      );
    });
  },
);
