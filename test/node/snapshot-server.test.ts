import t from "tap";
import { nodeId, type Slot } from "../../src/base/ids.ts";
import { SnapshotServer } from "../../src/node/snapshot-server.ts";
import type { SnapshotMessage } from "../../src/wire/snapshot-codec.ts";
import { chunkOf, FakeSnapshots, manifestAt } from "./fake-snapshots.ts";

const at = (value: number): Slot => value as Slot;
const N2 = nodeId(2);

function setUp(firstKept: number, needed?: Slot) {
  const snapshots = new FakeSnapshots();
  const sent: SnapshotMessage[] = [];
  const wanted: number[] = [];
  const server = new SnapshotServer({
    snapshots,
    want: (least) => wanted.push(least),
    marks: () => ({ firstKept: at(firstKept), stateDurable: at(90), chosen: at(100), needed }),
    send: (_, message) => sent.push(message),
  });
  const ask = (least: number, nowMs = 0, hash?: Uint8Array): SnapshotMessage | undefined => {
    server.onAsk(N2, { kind: "snapshot-ask", least: at(least), hash }, nowMs);
    return sent.pop();
  };
  return { snapshots, server, wanted, ask, sent };
}

t.test("what is offered reaches as far as is needed, and as the log that follows it", async (t) => {
  const { snapshots, ask, wanted } = setUp(30);
  t.match(ask(10), { answer: "making" });
  t.same(wanted, [30]);
  snapshots.latest = manifestAt(29);
  t.match(ask(10), { answer: "making" }, "the log does not follow it");
  snapshots.latest = manifestAt(40);
  t.match(ask(10), { answer: "offered", manifest: snapshots.latest.encoded });
  t.match(ask(41), { answer: "making" });
  t.match(ask(101), { answer: "none" }, "this node does not know so much itself");
});

t.test("who needs a snapshot itself makes none, but gives the one that it has", async (t) => {
  const { snapshots, ask, wanted } = setUp(30, at(60));
  t.match(ask(10), { answer: "none" });
  t.same(wanted, []);
  snapshots.latest = manifestAt(40);
  t.match(ask(10), { answer: "offered" });
});

t.test("who has chunks of a snapshot is offered that one, or told that it is gone", async (t) => {
  const { snapshots, ask, wanted } = setUp(1);
  snapshots.latest = manifestAt(40);
  t.match(ask(10, 0, manifestAt(40, 3, 9).hash), { answer: "none" });
  t.match(ask(10, 0, manifestAt(40).hash), { answer: "offered" });
  t.same(wanted, [], "nothing is made for the sake of a question like that");
});

t.test("chunks are of the snapshot that was asked for, or none", async (t) => {
  const { snapshots, server, sent } = setUp(1);
  const manifest = manifestAt(40);
  snapshots.latest = manifest;
  const chunk = (hash: Uint8Array, index: number): Uint8Array | undefined => {
    server.onChunkAsk(N2, { kind: "chunk-ask", hash, index }, 0);
    const message = sent.pop();
    return message?.kind === "chunk" ? message.content : undefined;
  };
  t.same(chunk(manifest.hash, 2), chunkOf(manifest, 2));
  t.equal(chunk(manifest.hash, 3), undefined);
  t.equal(chunk(manifestAt(41).hash, 0), undefined);
});

t.test("the log that follows stays until the member has had time to fetch it", async (t) => {
  const { snapshots, server, ask } = setUp(1);
  t.equal(server.neededFrom(0), undefined);
  ask(10);
  t.equal(server.neededFrom(0), at(90), "what is being made begins with the present state");
  t.equal(server.isFetched(0), false, "nothing is given yet: it may be made");
  snapshots.latest = manifestAt(40);
  ask(10, 1000);
  t.equal(server.neededFrom(1000), at(40));
  t.equal(server.isFetched(1000), true);
  t.equal(server.isFetched(11_000), false);
  t.equal(server.neededFrom(60_999), at(40));
  t.equal(server.neededFrom(61_000), undefined);
});
