import { BALLOT_ZERO, ballot, GROUP_ZERO, nodeId, slot } from "../../src/base/ids.ts";
import type { Message } from "../../src/paxos/messages.ts";
import { decodeReply, decodeRequest, encodeReply, encodeRequest } from "../../src/wire/client-codec.ts";
import type { Reply, Request } from "../../src/wire/client-messages.ts";
import { decodeBatch, decodeCommand, encodeBatch, encodeCommand } from "../../src/wire/command-codec.ts";
import { decodePeer, encodePeer } from "../../src/wire/peer-codec.ts";
import type { MicroCase, MicroSuite } from "./micro-case.ts";

const REPEATS = 64;
const TIME_MS = 1_763_719_000_000;
const LEADER = nodeId(1);
const BALLOT = ballot(12, LEADER);
const SLOT = slot(123_456_789);
const KEY = new TextEncoder().encode("service/payments/instance/00000042");

const COMMAND = encodeCommand(
  { client: new Uint8Array(16).fill(9), sequence: 12_345, acknowledged: 12_300, deadlineMs: TIME_MS },
  { kind: "put", key: KEY, value: new Uint8Array(256).fill(7), previous: false },
);
const COMMANDS = new Array<Uint8Array>(64).fill(COMMAND);
const BATCH = encodeBatch({ stampMs: TIME_MS, wallMs: TIME_MS, reign: BALLOT_ZERO }, COMMANDS);

const ACCEPT: Message = {
  kind: "accept",
  ballot: BALLOT,
  slot: SLOT,
  chosen: SLOT,
  value: { kind: "batch", bytes: BATCH },
};
const PROGRESS = { learned: SLOT, stateDurable: SLOT, writeAgeMs: 0.25, epoch: 1 };
const ACCEPTED: Message = { kind: "accepted", ballot: BALLOT, slots: [SLOT], progress: PROGRESS };
const HEARTBEAT: Message = {
  kind: "heartbeat",
  ballot: BALLOT,
  round: 99,
  chosen: SLOT,
  digest: 4_000_000_000,
  durableEverywhere: SLOT,
  serving: true,
  leaseMs: 0,
  settled: 1,
};
const MUTATE: Request = { kind: "mutate", id: 7, timeoutMs: 5000, command: COMMAND, forwarded: false };
const REPLY: Reply = {
  id: 7,
  body: {
    kind: "result",
    result: { kind: "put", revision: 42, createRevision: 40, version: 3, previous: undefined },
  },
  applied: SLOT,
  revision: 42,
  leader: { name: "n1", host: "127.0.0.1", port: 7401 },
  servedBy: "n1",
};

function times(name: string, work: () => unknown): MicroCase {
  const run = (): void => {
    for (let repeat = 0; repeat < REPEATS; repeat++) work();
  };
  return { kind: "sync", name, operations: REPEATS, run };
}

/** A decoder that refuses what its encoder made would be quick, and worthless. */
function decodes<T>(decode: (bytes: Uint8Array) => T | string, bytes: Uint8Array): () => T | string {
  const first = decode(bytes);
  if (typeof first === "string") throw new Error(`does not decode: ${first}`);
  return () => decode(bytes);
}

function pair(name: string, message: Message): readonly MicroCase[] {
  const bytes = encodePeer(GROUP_ZERO, message, TIME_MS);
  return [
    times(`encode ${name}, ${bytes.length} B`, () => encodePeer(GROUP_ZERO, message, TIME_MS)),
    times(`decode ${name}, ${bytes.length} B`, decodes(decodePeer, bytes)),
  ];
}

/** Encoding and decoding of what a put meets on its way, per message. */
export async function openCodecSuite(): Promise<MicroSuite> {
  const request = encodeRequest(MUTATE);
  const reply = encodeReply(REPLY);
  return {
    name: "codec",
    cases: [
      times(`encode mutate request, ${request.length} B`, () => encodeRequest(MUTATE)),
      times(`decode mutate request, ${request.length} B`, decodes(decodeRequest, request)),
      times("decode its command", decodes(decodeCommand, COMMAND)),
      times(`encode batch of 64, ${BATCH.length} B`, () =>
        encodeBatch({ stampMs: TIME_MS, wallMs: TIME_MS, reign: BALLOT_ZERO }, COMMANDS),
      ),
      times(`decode batch of 64, ${BATCH.length} B`, decodes(decodeBatch, BATCH)),
      ...pair("accept of that batch", ACCEPT),
      ...pair("accepted", ACCEPTED),
      ...pair("heartbeat", HEARTBEAT),
      times(`encode result reply, ${reply.length} B`, () => encodeReply(REPLY)),
      times(`decode result reply, ${reply.length} B`, decodes(decodeReply, reply)),
    ],
    close: async () => undefined,
  };
}
