import t from "tap";
import { BALLOT_ZERO, slot } from "../../src/base/ids.ts";
import { BATCH_BYTES_MAX, BATCH_COMMANDS_MAX, SLOT_KEYS_MAX } from "../../src/base/limits.ts";
import type { Batch, Command } from "../../src/kv/command.ts";
import { Proposals, QUEUED_COMMANDS_MAX } from "../../src/node/proposals.ts";
import type { LinkId } from "../../src/transport/service.ts";

const COMMAND: Command = {
  identity: { client: new Uint8Array(16), sequence: 1, acknowledged: 0, deadlineMs: 1 },
  operation: { kind: "delete", key: new Uint8Array(1), previous: false },
  payload: new Uint8Array(1),
};
const BATCH: Batch = { stampMs: 0, wallMs: 0, reign: BALLOT_ZERO, commands: [] };

function enqueue(proposals: Proposals, id: number, bytes: number, command = COMMAND): void {
  proposals.enqueue({ origin: { link: 1 as LinkId, id }, bytes: new Uint8Array(bytes), command });
}

t.test("a batch takes commands in order of arrival, up to its bounds", async (t) => {
  const proposals = new Proposals();
  for (let id = 0; id < BATCH_COMMANDS_MAX + 1; id++) enqueue(proposals, id, 1);
  const first = proposals.takeBatch();
  t.equal(first.length, BATCH_COMMANDS_MAX);
  t.equal(first[0]?.origin?.id, 0);
  t.strictSame(
    proposals.takeBatch().map((one) => one.origin?.id),
    [BATCH_COMMANDS_MAX],
  );
  t.strictSame(proposals.takeBatch(), []);
});

t.test("a command larger than a batch is a batch of its own", async (t) => {
  const proposals = new Proposals();
  enqueue(proposals, 1, 10);
  enqueue(proposals, 2, BATCH_BYTES_MAX + 1);
  enqueue(proposals, 3, 10);
  t.strictSame(
    proposals.takeBatch().map((one) => one.origin?.id),
    [1],
  );
  t.strictSame(
    proposals.takeBatch().map((one) => one.origin?.id),
    [2],
  );
  t.strictSame(
    proposals.takeBatch().map((one) => one.origin?.id),
    [3],
  );
});

t.test("the commands of one batch change no more keys than one slot may", async (t) => {
  const proposals = new Proposals();
  const range = (keys: number): Command => ({
    ...COMMAND,
    operation: {
      kind: "delete-range",
      start: new Uint8Array(0),
      end: undefined,
      extent: { kind: "up-to", keys },
    },
  });
  enqueue(proposals, 1, 10);
  enqueue(proposals, 2, 10, range(SLOT_KEYS_MAX - 2));
  enqueue(proposals, 3, 10);
  enqueue(proposals, 4, 10, range(1));
  enqueue(proposals, 5, 10, range(SLOT_KEYS_MAX));
  enqueue(proposals, 6, 10);
  const batches = Array.from({ length: 4 }, () => proposals.takeBatch().map((one) => one.origin?.id));
  t.strictSame(batches, [[1, 2, 3], [4], [5], [6]]);
});

t.test("the queue is bounded by count and by bytes", async (t) => {
  const many = new Proposals();
  for (let id = 0; id < QUEUED_COMMANDS_MAX; id++) enqueue(many, id, 0);
  t.equal(many.isFull, true);
  many.takeBatch();
  t.equal(many.isFull, false);
  const large = new Proposals();
  for (let id = 0; id < 64; id++) enqueue(large, id, 1024 * 1024);
  t.equal(large.isFull, true);
});

t.test("a proposed batch is settled by its slot's value: the same bytes, or lost", async (t) => {
  const proposals = new Proposals();
  const bytes = new Uint8Array([1]);
  const proposed = { batch: BATCH, bytes, origins: [] };
  proposals.proposed(slot(1), proposed);
  proposals.proposed(slot(2), proposed);
  t.strictSame(proposals.settle(slot(1), { kind: "batch", bytes }), { kind: "mine", proposed });
  const readBack = new Uint8Array([1]);
  t.equal(proposals.settle(slot(2), { kind: "batch", bytes: readBack })?.kind, "mine");
  proposals.proposed(slot(3), proposed);
  t.equal(proposals.settle(slot(3), { kind: "batch", bytes: new Uint8Array([2]) })?.kind, "lost");
  t.equal(proposals.settle(slot(2), { kind: "batch", bytes }), undefined, "settled once");
});

t.test("abandoning tells what was never proposed from what may still be chosen", async (t) => {
  const proposals = new Proposals();
  enqueue(proposals, 7, 1);
  proposals.proposed(slot(1), {
    batch: BATCH,
    bytes: new Uint8Array(1),
    origins: [{ link: 1 as LinkId, id: 8 }],
  });
  const { queued, proposed } = proposals.abandon();
  t.strictSame([queued.map((origin) => origin.id), proposed.map((origin) => origin.id)], [[7], [8]]);
  t.equal(proposals.queued + proposals.inFlight, 0);
});
