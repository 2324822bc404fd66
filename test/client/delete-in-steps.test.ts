import t from "tap";
import { failure, KvdError } from "../../src/base/errors.ts";
import { deleteInSteps } from "../../src/client/delete-in-steps.ts";
import type { ChangeOptions, DeleteRangeOptions } from "../../src/client/options.ts";
import type { DeleteRangeOperation } from "../../src/kv/command.ts";

const REQUEST_ID = { client: new Uint8Array(16), sequence: 1, deadlineMs: 1 };

/** A store with so many keys, of which a step takes 300 ms. */
function store(keys: number, failsAt = Number.POSITIVE_INFINITY) {
  const asked: { operation: DeleteRangeOperation; options: ChangeOptions }[] = [];
  let nowMs = 0;
  let left = keys;
  const run = (options: DeleteRangeOptions) =>
    deleteInSteps(options, {
      nowMs: () => nowMs,
      timeoutMs: 1_000,
      step: async (make, stepOptions) => {
        const operation = make();
        asked.push({ operation, options: stepOptions });
        nowMs += 300;
        if (asked.length === failsAt)
          throw new KvdError(failure("no_leader", "not_applied", "nobody leads"), "id");
        const count = Math.min(left, operation.extent.keys);
        left -= count;
        return { kind: "delete-range", revision: asked.length, count, more: left > 0, servedBy: "n1" };
      },
    });
  return { asked, run };
}

const errorOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => "it succeeded",
    (error: unknown) => error,
  );

const extents = ({ asked }: ReturnType<typeof store>) => asked.map(({ operation }) => operation.extent);

t.test("a large range goes in steps of 10,000, within one patience", async (t) => {
  const large = store(25_000);
  t.same(await large.run({ prefix: "a" }), { count: 25_000, revision: 3, more: false, servedBy: "n1" });
  t.same(
    extents(large),
    Array.from({ length: 3 }, () => ({ kind: "up-to", keys: 10_000 })),
  );
  t.same(
    large.asked.map(({ options }) => options.timeoutMs),
    [1_000, 700, 400],
  );
  t.same(large.asked[2]?.operation.end, new TextEncoder().encode("b"));
});

t.test("a limit is kept over all steps, and says whether there is more", async (t) => {
  const limited = store(25_000);
  t.match(await limited.run({ prefix: "", limit: 12_000 }), { count: 12_000, more: true });
  t.same(extents(limited), [
    { kind: "up-to", keys: 10_000 },
    { kind: "up-to", keys: 2_000 },
  ]);
});

t.test("a count that must match is asked for at once, and once", async (t) => {
  const guarded = store(5);
  t.match(await guarded.run({ prefix: "", expectedCount: 5, requestId: REQUEST_ID }), { count: 5 });
  t.match(guarded.asked, [
    { operation: { extent: { kind: "exactly", keys: 5 } }, options: { requestId: REQUEST_ID } },
  ]);
});

t.test("a request id belongs to one step", async (t) => {
  const once = store(500);
  t.match(await once.run({ prefix: "", limit: 100, requestId: REQUEST_ID }), { count: 100, more: true });
  t.equal(once.asked.length, 1);
  await t.rejects(
    once.run({ prefix: "", requestId: REQUEST_ID }),
    /expectedCount, or a limit of at most 10000/,
  );
  await t.rejects(once.run({ prefix: "", limit: 10_001, requestId: REQUEST_ID }), /at most 10000/);
});

t.test(
  "options that contradict each other or mean nothing are refused before anything is sent",
  async (t) => {
    const untouched = store(5);
    for (const options of [
      { limit: 0 },
      { limit: 1.5 },
      { limit: 1, expectedCount: 1 },
      { expectedCount: -1 },
    ])
      t.match(await errorOf(untouched.run({ prefix: "", ...options })), {
        failure: { code: "bad_request", outcome: "not_applied" },
      });
    for (const options of [{}, { limit: 5 }])
      t.match(await errorOf(untouched.run(options)), { message: /no range is named/ });
    t.equal(untouched.asked.length, 0);
  },
);

t.test("once a step has deleted something, no error says that nothing was changed", async (t) => {
  t.match(await errorOf(store(25_000, 1).run({ prefix: "" })), {
    requestId: "id",
    failure: { outcome: "not_applied" },
  });
  t.match(await errorOf(store(25_000, 2).run({ prefix: "" })), {
    requestId: undefined,
    failure: { code: "no_leader", outcome: "unknown", retryable: true },
    message: /10000 keys are deleted.*nobody leads.*goes on/,
  });
});
