import t from "tap";
import { KvdError } from "../../src/base/errors.ts";
import { slot } from "../../src/base/ids.ts";
import { consistencyOf, readTarget } from "../../src/client/freshness.ts";
import type { ReadOptions } from "../../src/client/options.ts";
import { threeNodes } from "./world.ts";

const TOKEN = slot(5);

t.test("each attempt asks with the token of its own moment", async (t) => {
  const consistency = consistencyOf({ consistency: "sequential", minRevision: 3 });
  t.strictSame(consistency(TOKEN), { level: "sequential", token: 5, minRevision: 3 });
  t.strictSame(consistency(slot(6)), { level: "sequential", token: 6, minRevision: 3 });
  t.strictSame(consistencyOf({})(TOKEN), { level: "linearizable" });
  t.strictSame(consistencyOf({ consistency: "stale" })(TOKEN), { level: "stale" });
  const bounded = consistencyOf({ consistency: "stale", maxStalenessMs: 0 });
  t.strictSame(bounded(TOKEN), { level: "stale", maxStalenessMs: 0 });
});

t.test("what cannot be meant is refused before it is sent", async (t) => {
  const bad: readonly [ReadOptions, RegExp][] = [
    [{ maxStalenessMs: 5 }, /maxStalenessMs goes with consistency stale, not with linearizable/],
    [{ consistency: "stale", maxStalenessMs: -1 }, /maxStalenessMs is -1/],
    [{ consistency: "stale", maxStalenessMs: 0.5 }, /maxStalenessMs is 0.5/],
    [{ minRevision: -1 }, /minRevision is -1/],
  ];
  for (const [options, message] of bad) t.throws(() => consistencyOf(options), { message });
  const { world } = threeNodes();
  const client = world.client();
  const refused = await client.get("a", { maxStalenessMs: 5 }).catch((error: unknown) => error);
  t.ok(refused instanceof KvdError && refused.failure.code === "bad_request");
  client.close();
});

t.test("only a linearizable read looks for the leader", async (t) => {
  t.strictSame(readTarget({}), { kind: "leader" });
  t.strictSame(readTarget({ consistency: "sequential" }), { kind: "replica" });
  t.strictSame(readTarget({ consistency: "stale" }), { kind: "replica" });
});
