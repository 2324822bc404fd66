import t from "tap";
import { failure } from "../../src/base/errors.ts";
import { ClusterTime } from "../../src/client/cluster-time.ts";
import { Writer } from "../../src/client/writer.ts";
import { decodeCommand } from "../../src/wire/command-codec.ts";

const KEY = new Uint8Array([1]);
const CLIENT = new Uint8Array(16).fill(5);
const PUT = { kind: "put", key: KEY, value: KEY, previous: false } as const;

function writerAt(clusterMs: number) {
  const clock = { now: 0, nowMs: () => clock.now, wallMs: () => 0 };
  const time = new ClusterTime();
  time.learn(clusterMs, 0, true);
  return { clock, writer: new Writer(CLIENT, time, clock) };
}

t.test("every attempt of a change carries the same bytes, however late it is", async (t) => {
  const { clock, writer } = writerAt(1_000);
  const earlier = writer.begin(PUT, 500, {});
  const mutation = writer.begin(PUT, 500, {});
  const first = writer.request(mutation, 1, 100);
  clock.now = 400;
  writer.request(earlier, 2, 100);
  writer.finish(earlier, "answered");
  const second = writer.request(mutation, 3, 100);
  if (first.kind !== "mutate" || second.kind !== "mutate") throw new Error("not a change");
  t.same(second.command, first.command);
  t.match(decodeCommand(first.command), { identity: { sequence: 2, deadlineMs: 1_500, acknowledged: 0 } });
});

t.test("a change that never left has no request id, one that did has", async (t) => {
  const { writer } = writerAt(1_000);
  const mutation = writer.begin(PUT, 500, {});
  t.equal(writer.requestIdText(mutation), undefined);
  writer.request(mutation, 1, 100);
  t.equal(writer.requestIdText(mutation), `${"05".repeat(16)}:1:1500`);
});

t.test("a deadline that rested on a wrong idea of cluster time is fixed anew, once", async (t) => {
  const { writer } = writerAt(1_000);
  const tooFar = failure("deadline_too_far", "not_applied", "");
  const mutation = writer.begin(PUT, 500, {});
  writer.request(mutation, 1, 100);
  t.notOk(
    writer.canDateAnew(mutation, { ...tooFar, outcome: "unknown" }),
    "an earlier attempt may be executed",
  );
  t.ok(writer.canDateAnew(mutation, tooFar));
  t.equal(mutation.command, undefined);
  t.notOk(writer.canDateAnew(mutation, tooFar));
  const given = { client: CLIENT, sequence: 9, deadlineMs: 7 };
  t.notOk(
    writer.canDateAnew(writer.begin(PUT, 500, { requestId: given }), tooFar),
    "a given id keeps its deadline",
  );
});

t.test(
  "a chosen identity stands in the request, with a deadline of its own, and holds nothing back",
  async (t) => {
    const { writer } = writerAt(1_000);
    const client = new Uint8Array(16).fill(9);
    const mutation = writer.begin(PUT, 500, { identity: { client, sequence: 4, repeatableMs: 600_000 } });
    const request = writer.request(mutation, 1, 100);
    if (request.kind !== "mutate") throw new Error("not a change");
    t.match(decodeCommand(request.command), {
      identity: { client, sequence: 4, acknowledged: 0, deadlineMs: 601_000 },
    });
    const tooFar = failure("deadline_too_far", "not_applied", "");
    t.ok(writer.canDateAnew(mutation, tooFar), "its deadline was made here");
    writer.finish(mutation, "unknown");
    t.equal(writer.begin(PUT, 500, {}).sequence, 1, "no sequence of the client's own was taken");
  },
);

t.test("a deadline is a whole number, whatever is left of the caller's patience", async (t) => {
  const { writer } = writerAt(1_000);
  const request = writer.request(writer.begin(PUT, 499.25, {}), 1, 100);
  if (request.kind !== "mutate") throw new Error("not a change");
  t.match(decodeCommand(request.command), { identity: { deadlineMs: 1_500 } });
});
