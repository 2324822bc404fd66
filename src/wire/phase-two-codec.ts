import type protobuf from "protobufjs/minimal.js";
import type { GroupId, Slot } from "../base/ids.ts";
import { PAGE_SLOTS_MAX } from "../base/limits.ts";
import type {
  AcceptedMessage,
  AcceptMessage,
  HeartbeatAckMessage,
  HeartbeatMessage,
  Progress,
} from "../paxos/messages.ts";
import { amountField, countField, malformed, positiveField, slotField, usedBallotField } from "./fields.ts";
import { encodePayload, MESSAGE_TYPE } from "./payload.ts";
import { type Received, received, type StatePoint, stateBody, stateField } from "./received.ts";
import { kvd } from "./schema.generated.js";
import { valueField, valueKindNumber } from "./value-codec.ts";

export function encodeAccept(group: GroupId, { ballot, slot, chosen, value }: AcceptMessage): Uint8Array {
  const body = { group, ballot, slot, chosen, valueKind: valueKindNumber(value), value: value.bytes };
  return encodePayload(MESSAGE_TYPE.accept, kvd.Accept, body);
}

export function decodeAccept(reader: protobuf.Reader): Received {
  const body = kvd.Accept.decode(reader);
  return received(body.group, {
    kind: "accept",
    ballot: usedBallotField(body.ballot, "ballot"),
    slot: slotField(body.slot, "slot"),
    chosen: slotField(body.chosen, "chosen"),
    value: valueField(body.valueKind, body.value),
  });
}

export function encodeAccepted(group: GroupId, message: AcceptedMessage): Uint8Array {
  const { ballot, progress } = message;
  const body = { group, ballot, slots: message.slots as Slot[], ...progress };
  return encodePayload(MESSAGE_TYPE.accepted, kvd.Accepted, body);
}

export function decodeAccepted(reader: protobuf.Reader): Received {
  const body = kvd.Accepted.decode(reader);
  return received(body.group, {
    kind: "accepted",
    ballot: usedBallotField(body.ballot, "ballot"),
    slots: slotsField(body.slots),
    progress: progressField(body),
  });
}

/** `timeMs` is the leader's cluster time, `state` what a majority has made. */
export function encodeHeartbeat(
  group: GroupId,
  message: HeartbeatMessage,
  timeMs: number,
  state: StatePoint | undefined,
): Uint8Array {
  const body = { group, timeMs, ...message, ...stateBody(state) };
  return encodePayload(MESSAGE_TYPE.heartbeat, kvd.Heartbeat, body);
}

export function decodeHeartbeat(reader: protobuf.Reader): Received {
  const body = kvd.Heartbeat.decode(reader);
  const message: HeartbeatMessage = {
    kind: "heartbeat",
    ballot: usedBallotField(body.ballot, "ballot"),
    round: countField(body.round, "round"),
    chosen: slotField(body.chosen, "chosen"),
    digest: body.digest,
    durableEverywhere: slotField(body.durableEverywhere, "durable everywhere"),
    serving: body.serving,
    leaseMs: amountField(body.leaseMs, "lease"),
    settled: positiveField(body.settled, "settled epoch"),
  };
  return received(body.group, message, amountField(body.timeMs, "cluster time"), stateField(body));
}

/** `state` is what the sender has made. */
export function encodeHeartbeatAck(
  group: GroupId,
  message: HeartbeatAckMessage,
  state: StatePoint | undefined,
): Uint8Array {
  const { ballot, round, digest, granted, progress } = message;
  const { learned, stateDurable, writeAgeMs, epoch } = progress;
  const { stateAt, stateHash } = stateBody(state);
  const body = {
    group,
    ballot,
    round,
    digest,
    granted,
    learned,
    stateDurable,
    writeAgeMs,
    epoch,
    stateAt,
    stateHash,
  };
  return encodePayload(MESSAGE_TYPE["heartbeat-ack"], kvd.HeartbeatAck, body);
}

export function decodeHeartbeatAck(reader: protobuf.Reader): Received {
  const body = kvd.HeartbeatAck.decode(reader);
  const message: HeartbeatAckMessage = {
    kind: "heartbeat-ack",
    ballot: usedBallotField(body.ballot, "ballot"),
    round: countField(body.round, "round"),
    digest: body.digest,
    granted: body.granted,
    progress: progressField(body),
  };
  return received(body.group, message, 0, stateField(body));
}

/** Ascending, at least one; the array is the reader's own and is given away. */
function slotsField(slots: number[]): readonly Slot[] {
  if (slots.length === 0 || slots.length > PAGE_SLOTS_MAX)
    malformed(`${slots.length} slots accepted at once`);
  let previous = -1;
  for (const [index, value] of slots.entries()) {
    const slot = slotField(value, "slot");
    if (slot <= previous) malformed(`slot ${slot} after slot ${previous}`);
    slots[index] = slot;
    previous = slot;
  }
  return slots as Slot[];
}

function progressField(body: Readonly<Record<keyof Progress, number>>): Progress {
  return {
    learned: slotField(body.learned, "learned"),
    stateDurable: slotField(body.stateDurable, "state durable"),
    writeAgeMs: amountField(body.writeAgeMs, "write age"),
    epoch: positiveField(body.epoch, "epoch"),
  };
}
