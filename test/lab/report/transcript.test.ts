import t from "tap";
import { Transcript } from "../../../src/lab/report/transcript.ts";
import type { JsonObject, StepLine, TraceLine } from "../../../src/node/trace-line.ts";

const VIEW = {
  role: "follower",
  serving: false,
  ballot: "1.1",
  promised: "1.1",
  leader: 1,
  chosen: 7,
  damaged: 0,
};
const LEADING = { ...VIEW, role: "leader", serving: true };
const PROGRESS = { learned: 7, stateDurable: 1, writeAgeMs: 0, epoch: 1 };
const HEARTBEAT = { kind: "heartbeat", ballot: "1.1", round: 4, chosen: 7, digest: 1 };
const ACK = { kind: "heartbeat-ack", ballot: "1.1", round: 4, progress: PROGRESS };
const VALUE = { kind: "batch", bytes: { length: 300, crc32: "1" } };
const ACCEPT = { kind: "accept", ballot: "1.1", slot: 7, chosen: 7, value: VALUE };
const ACCEPTED = { kind: "accepted", ballot: "1.1", slots: [7], progress: PROGRESS };
const ENTRY = { kind: "entry", entry: { slot: 7, ballot: "1.1", value: VALUE, chosen: false } };

function step(
  at: number,
  node: string,
  input: JsonObject,
  effects: JsonObject = {},
  view: JsonObject = {},
): StepLine {
  const state = node === "n1" ? LEADING : VIEW;
  return { type: "step", at, node, group: 0, input, effects, view: { ...state, ...view } };
}
const received = (from: number, message: JsonObject): JsonObject => ({ kind: "received", from, message });
const TICK = { kind: "tick" };

function show(lines: readonly TraceLine[], width = 110): readonly string[] {
  const transcript = new Transcript({ members: { 1: "n1", 2: "n2" }, width });
  return lines.flatMap((line) => transcript.add(line)).filter((row) => !/ms +n1|─/.test(row));
}

t.test("a write goes from column to column, as it was said, written and chosen", async (t) => {
  const lines = [
    step(1, "n1", TICK),
    step(1, "n2", TICK),
    step(
      2,
      "n1",
      { kind: "propose", bytes: { length: 300 } },
      {
        proposed: 7,
        messages: [{ to: [2], message: ACCEPT }],
        writes: [ENTRY],
        writeSequence: 3,
        urgent: true,
      },
    ),
    step(3, "n2", received(1, ACCEPT), {
      writes: [ENTRY],
      writeSequence: 5,
      urgent: true,
      messagesAfterWrites: [{ to: 1, message: ACCEPTED }],
    }),
    step(4, "n1", { kind: "durable", writeSequence: 3 }),
    step(5, "n2", { kind: "durable", writeSequence: 5 }),
    step(6, "n1", received(2, ACCEPTED), { chosen: [{ slot: 7, value: VALUE }] }, { chosen: 8 }),
    step(7, "n1", { kind: "durable", writeSequence: 4 }),
  ];
  t.strictSame(show(lines), [
    "      1.000 tick                                    │                                        │",
    "              is leader 1.1, chosen <7              │                                        │",
    "      1.000                                         │tick                                    │",
    "                                                    │  is follower of n1 1.1, chosen <7      │",
    "      2.000 propose batch 300 B as #7               │                                        │",
    "              → n2 accept 1.1 #7 batch 300 B,       │                                        │",
    "                chosen <7                           │                                        │",
    "              write 3: #7 at 1.1                    │                                        │",
    "      3.000                                         │← n1 accept 1.1 #7 batch 300 B, chosen  │",
    "                                                    │  <7                                    │",
    "                                                    │  write 5: #7 at 1.1                    │",
    "                                                    │  ⇢ n1 accepted 1.1 #7                  │",
    "      4.000 on disk: write 3                        │                                        │",
    "      5.000                                         │on disk: write 5                        │",
    "      6.000 ← n2 accepted 1.1 #7                    │                                        │",
    "              chosen #7                             │                                        │",
  ]);
});

t.test("heartbeats that change nothing are folded into the pause", async (t) => {
  const lines = [
    step(1, "n1", TICK),
    step(1, "n2", TICK),
    ...[20, 40, 60].flatMap((at) => [
      step(at, "n1", TICK, { messages: [{ to: [2], message: HEARTBEAT }] }),
      step(at + 1, "n2", received(1, HEARTBEAT), { messages: [{ to: [1], message: ACK }] }),
      step(at + 2, "n1", received(2, ACK)),
    ]),
    step(70, "n2", TICK, {}, { leader: 0 }),
  ];
  t.match(show(lines).slice(-3), [
    /^ +⋯ 69 ms, heartbeats and answers: 6$/,
    /^ +70\.000 +│tick +│$/,
    /│ {2}★ hears no leader +│$/,
  ]);
});

t.test("what is done to a node stands in its column, all else in the world's", async (t) => {
  const lines: readonly TraceLine[] = [
    { type: "event", at: 1, who: "n2", kind: "down", detail: "killed" },
    { type: "event", at: 2, who: "net", kind: "partition", detail: "n1 | n2" },
    { type: "event", at: 3, who: "n2", kind: "peer_up", detail: '{"peer":"n1"}' },
    { type: "event", at: 4, who: "n1", kind: "became_leader", detail: "" },
    { type: "dropped", at: 5, count: 3 },
    step(6, "n9", TICK),
  ];
  t.match(show(lines), [
    /│■ down killed +│$/,
    /│net partition$/,
    /│ {2}n1 \| n2$/,
    /│■ peer_up n1 +│$/,
    /│3 lines of the$/,
    /│ {2}trace are$/,
    /│ {2}missing$/,
  ]);
});

t.test("after a restart a node's state is told anew", async (t) => {
  const started: TraceLine = { type: "event", at: 2, who: "n2", kind: "started", detail: "" };
  const rows = show([step(1, "n2", TICK), started, step(3, "n2", TICK)]);
  t.equal(rows.filter((row) => row.includes("is follower of n1")).length, 2);
});
