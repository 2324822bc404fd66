import t from "tap";
import { BALLOT_ZERO, GROUP_ZERO, nodeId, slot } from "../../src/base/ids.ts";
import { CommitQueue } from "../../src/node/commit-queue.ts";
import type { Effects, Envelope, Write } from "../../src/paxos/effects.ts";
import type { LogWrite } from "../../src/storage/storage.ts";

const NONE: Effects = {
  writes: [],
  writeSequence: 0,
  urgent: false,
  messages: [],
  messagesAfterWrites: [],
  chosen: [],
  reads: [],
  proposed: undefined,
  notices: [],
};
const LEARNED: Write = { kind: "learned", watermark: slot(2), digest: 0 };
const PROMISED: Write = { kind: "promised", ballot: BALLOT_ZERO };
const SPEECH: Envelope = { to: nodeId(2), message: { kind: "fetch", from: slot(1) } };

function harness() {
  const commits: { writes: readonly LogWrite[]; done: () => void }[] = [];
  const events: string[] = [];
  let nowMs = 0;
  const queue = new CommitQueue({
    onCommitted: () => undefined,
    storage: { writeLog: (writes, done) => commits.push({ writes, done }) },
    clock: { nowMs: () => nowMs, wallMs: () => 0 },
    onDurable: (_group, sequence) => events.push(`durable ${sequence}`),
    onPeerDurable: (peer) => events.push(`peer ${peer.node}`),
    release: (_group, envelopes) => events.push(`release ${envelopes.length}`),
  });
  const advance = (ms: number): void => {
    nowMs += ms;
  };
  return { queue, commits, events, advance };
}

t.test("what arrives during a commit goes into the next one, together", async (t) => {
  const { queue, commits, events } = harness();
  queue.add(GROUP_ZERO, { ...NONE, writes: [PROMISED], writeSequence: 1, urgent: true });
  queue.start();
  queue.add(GROUP_ZERO, { ...NONE, writes: [PROMISED], writeSequence: 2, urgent: true });
  queue.add(GROUP_ZERO, { ...NONE, writes: [PROMISED], writeSequence: 3, urgent: true });
  queue.start();
  t.equal(commits.length, 1, "one at a time");
  commits[0]?.done();
  t.equal(commits.length, 2);
  t.strictSame(commits[1]?.writes, [{ kind: "group", group: GROUP_ZERO, writes: [PROMISED, PROMISED] }]);
  commits[1]?.done();
  t.strictSame(events, ["durable 1", "durable 3"]);
  t.equal(queue.isWriting, false);
});

t.test("a message leaves only after the writes that it stands behind", async (t) => {
  const { queue, commits, events } = harness();
  queue.add(GROUP_ZERO, {
    ...NONE,
    writes: [PROMISED],
    writeSequence: 1,
    urgent: true,
    messagesAfterWrites: [SPEECH],
  });
  queue.start();
  t.strictSame(events, []);
  commits[0]?.done();
  t.strictSame(events, ["durable 1", "release 1"]);
});

t.test("a message without a write of its own still waits for the writes before it", async (t) => {
  const { queue, commits, events } = harness();
  queue.add(GROUP_ZERO, { ...NONE, writes: [PROMISED], writeSequence: 1, urgent: true });
  queue.start();
  queue.add(GROUP_ZERO, { ...NONE, messagesAfterWrites: [SPEECH] });
  t.strictSame(events, [], "the promise that it repeats is still being written");
  commits[0]?.done();
  t.strictSame(events, ["durable 1", "release 1"]);
  queue.add(GROUP_ZERO, { ...NONE, messagesAfterWrites: [SPEECH] });
  t.strictSame(events, ["durable 1", "release 1", "release 1"], "nothing is under way: at once");
});

t.test("writes that nobody waits for ride on the next commit, or go after a while", async (t) => {
  const { queue, commits, advance } = harness();
  queue.add(GROUP_ZERO, { ...NONE, writes: [LEARNED], writeSequence: 1 });
  queue.start();
  t.equal(commits.length, 0);
  advance(101);
  queue.start();
  t.equal(commits.length, 1);
});

t.test("a member's identity is reported once it is on disk", async (t) => {
  const { queue, commits, events } = harness();
  queue.addPeer({ node: nodeId(3), incarnation: new Uint8Array(16), startCount: 1 });
  queue.start();
  t.strictSame(events, []);
  commits[0]?.done();
  t.strictSame(events, ["peer 3"]);
});
