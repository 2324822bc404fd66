import t from "tap";
import { compacted, failure, KvdError } from "../../src/base/errors.ts";
import { type Poll, Watch, type WatchPage, type WatchPlan } from "../../src/client/watch.ts";
import type { WatchRequest } from "../../src/wire/client-messages.ts";
import { text } from "../kv/test-state.ts";

interface Asked {
  readonly request: WatchRequest;
  readonly poll: Poll;
  readonly answer: (
    next: number | { readonly next: number; readonly skip: number },
    ...events: readonly (readonly [key: string, revision: number])[]
  ) => void;
  readonly refuse: (error: unknown) => void;
}

/** A watch whose questions are answered by hand, and whose pauses end at once. */
function begin(plan: Partial<WatchPlan> = {}) {
  const asked: Asked[] = [];
  let ended = 0;
  let pauses = 0;
  const ask = (poll: Poll): Promise<WatchPage> =>
    new Promise((resolve, reject) => {
      const request = poll.request(asked.length, poll.timeoutMs) as WatchRequest;
      poll.signal.addEventListener("abort", () => reject(refusal("timeout")));
      asked.push({
        request,
        poll,
        answer: (at, ...events) => {
          const position = typeof at === "number" ? { next: at, skip: 0 } : at;
          resolve({ kind: "events", events: events.map(put), ...position });
        },
        refuse: reject,
      });
    });
  const after = (_delayMs: number, action: () => void) => {
    pauses++;
    setImmediate(action);
    return { cancel: () => undefined };
  };
  const watch = new Watch(
    { start: text("a"), end: text("b"), from: 0, previous: false, progress: false, timeoutMs: 700, ...plan },
    {
      ask,
      timers: { after, every: after, soon: setImmediate },
      consistency: () => ({ level: "linearizable" }),
    },
    () => ended++,
  );
  return { watch, asked, ended: () => ended, pauses: () => pauses };
}

function put([key, revision]: readonly [string, number]) {
  const record = {
    value: text("v"),
    createRevision: revision,
    modRevision: revision,
    version: 1,
    leaseId: 0,
  };
  return { key: text(key), revision, record, previousRevision: 0, previous: undefined };
}

function refusal(code: "no_leader" | "timeout" | "bad_request"): KvdError {
  return new KvdError(failure(code, "not_applied", code));
}

const settled = (): Promise<void> => new Promise(setImmediate);

t.test("a watch from now on settles where it begins, and then asks for what comes after", async (t) => {
  const { watch, asked } = begin();
  t.match(asked[0], { request: { from: 0, waitMs: 0 }, poll: { waitMs: 0, timeoutMs: 700 } }, "at once");
  asked[0]?.answer(8);
  t.equal(await watch.started, 8);
  t.equal(asked.length, 1, "nothing more until somebody reads");
  const first = watch[Symbol.asyncIterator]().next();
  await settled();
  t.match(asked[1]?.request, { from: 8, skip: 0, previous: false });
  t.ok((asked[1]?.request.waitMs ?? 0) > 0);
  asked[1]?.answer(10, ["a", 9]);
  t.match(await first, { value: { kind: "put", revision: 9, endsRevision: true } });
});

t.test("events come in order, the last of each revision marked, page after page", async (t) => {
  const { watch, asked } = begin({ from: 5 });
  t.equal(asked[0]?.request.from, 5);
  asked[0]?.answer({ next: 6, skip: 1 }, ["a1", 5], ["a2", 5], ["a1", 6]);
  t.equal(await watch.started, 5);
  const events = watch[Symbol.asyncIterator]();
  const shown: string[] = [];
  for (let count = 0; count < 3; count++) {
    const { value } = await events.next();
    if (value?.kind === "put") shown.push(`${value.revision}${value.endsRevision ? "." : ""}`);
  }
  t.strictSame(shown, ["5", "5.", "6"], "the page was cut inside revision 6");
  t.equal(asked.length, 1, "a page that is not read to its end is not followed by another");
  const next = events.next();
  await settled();
  t.match(asked[1]?.request, { from: 6, skip: 1 });
  asked[1]?.answer(7, ["a2", 6]);
  t.match(await next, { value: { revision: 6, endsRevision: true } });
});

t.test("progress is told to those that want it", async (t) => {
  const { watch, asked } = begin({ progress: true });
  asked[0]?.answer(4);
  const events = watch[Symbol.asyncIterator]();
  t.strictSame((await events.next()).value, { kind: "progress", revision: 3 }, "at its beginning");
  const next = events.next();
  await settled();
  asked[1]?.answer(6);
  t.strictSame((await next).value, { kind: "progress", revision: 5 });
});

t.test("once begun it asks again whatever it is refused with that may pass", async (t) => {
  const { watch, asked, pauses } = begin();
  asked[0]?.answer(4);
  const next = watch[Symbol.asyncIterator]().next();
  for (let round = 1; round <= 3; round++) {
    await settled();
    await settled();
    t.match(asked[round]?.request, { from: 4 });
    asked[round]?.refuse(refusal("no_leader"));
  }
  await settled();
  await settled();
  t.equal(pauses(), 3);
  asked[4]?.answer(5, ["a", 4]);
  t.match(await next, { value: { revision: 4 } });
});

t.test("what cannot pass is thrown, and so is a failure to begin", async (t) => {
  const lost = begin({ from: 3 });
  lost.asked[0]?.answer(4, ["a", 3]);
  const events = lost.watch[Symbol.asyncIterator]();
  await events.next();
  const next = events.next().catch((error: unknown) => error);
  await settled();
  lost.asked[1]?.refuse(new KvdError(compacted(4, 9)));
  t.match(await next, { failure: { code: "compacted", oldest: 9 } });
  t.equal(lost.ended(), 1);

  const never = begin();
  never.asked[0]?.refuse(refusal("no_leader"));
  const failed = never.watch[Symbol.asyncIterator]().next();
  t.match(await failed.catch((error: unknown) => error), { failure: { code: "no_leader" } });
  t.match(await never.watch.started.catch((error: unknown) => error), { failure: { code: "no_leader" } });
});

t.test("closing ends the iteration, whether it waits, has yet to begin, or is inside a page", async (t) => {
  const waiting = begin();
  waiting.asked[0]?.answer(4);
  const next = waiting.watch[Symbol.asyncIterator]().next();
  await settled();
  waiting.watch.close();
  waiting.watch.close();
  t.strictSame(await next, { value: undefined, done: true });
  t.equal(waiting.ended(), 1);

  const unbegun = begin();
  unbegun.watch.close();
  t.match(await unbegun.watch[Symbol.asyncIterator]().next(), { done: true });

  const inside = begin({ from: 1 });
  inside.asked[0]?.answer(3, ["a", 1], ["a", 2]);
  const events = inside.watch[Symbol.asyncIterator]();
  await events.next();
  inside.watch.close();
  t.match(await events.next(), { done: true });

  const left = begin({ from: 1 });
  left.asked[0]?.answer(3, ["a", 1], ["a", 2]);
  for await (const _ of left.watch) break;
  t.equal(left.ended(), 1, "leaving the iteration closes it");
});

t.test("one that was made to fail throws, so that nobody takes it for the end", async (t) => {
  const { watch, asked } = begin();
  asked[0]?.answer(4);
  const next = watch[Symbol.asyncIterator]().next();
  await settled();
  watch.fail(failure("unavailable", "not_applied", "the client was closed"));
  t.match(await next.catch((error: unknown) => error), { failure: { code: "unavailable" } });
});
