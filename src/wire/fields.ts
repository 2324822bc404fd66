import protobuf from "protobufjs/minimal.js";
import { EMPTY_BYTES } from "../base/bytes.ts";
import {
  type Ballot,
  type GroupId,
  isBallot,
  isNodeId,
  isSlot,
  type NodeId,
  type Slot,
} from "../base/ids.ts";

/** A field that no honest sender writes; caught where decoding began, and turned into a reason. */
export class MalformedError extends Error {
  override readonly name = "MalformedError";
}

export function malformed(reason: string): never {
  throw new MalformedError(reason);
}

// Each returns `value + 0`: a minus zero passes every comparison and must not get into the state.

export function slotField(value: number, name: string): Slot {
  if (!isSlot(value)) malformed(`${name} ${value} is not a slot`);
  return (value + 0) as Slot;
}

/** BALLOT_ZERO, where nothing was promised, included. */
export function ballotField(value: number, name: string): Ballot {
  if (!isBallot(value)) malformed(`${name} ${value} is not a ballot`);
  return (value + 0) as Ballot;
}

/** A ballot that some node uses. */
export function usedBallotField(value: number, name: string): Ballot {
  if (value === 0) malformed(`${name} is missing`);
  return ballotField(value, name);
}

export function groupField(value: number): GroupId {
  return value as GroupId;
}

export function nodeField(value: number, name: string): NodeId {
  if (!isNodeId(value)) malformed(`${name} ${value} is not a node id`);
  return value;
}

/** A safe integer >= 0. */
export function countField(value: number, name: string): number {
  if (!Number.isSafeInteger(value) || value < 0) malformed(`${name} ${value} is not a count`);
  return value + 0;
}

/** A safe integer >= 1. */
export function positiveField(value: number, name: string): number {
  if (!Number.isSafeInteger(value) || value < 1) malformed(`${name} ${value} is not a positive integer`);
  return value;
}

/** A finite number >= 0, fractions allowed. */
export function amountField(value: number, name: string): number {
  if (!Number.isFinite(value) || value < 0) malformed(`${name} ${value} is not an amount`);
  return value + 0;
}

/** Stops before a message with more than `fieldsMax` fields costs the memory that decoding it would take. */
export function refuseCrowded(reader: protobuf.Reader, fieldsMax: number): void {
  const scout = new protobuf.Reader(reader.buf.subarray(reader.pos));
  for (let fields = 0; scout.pos < scout.len; fields++) {
    if (fields >= fieldsMax) malformed(`more than ${fieldsMax} fields`);
    scout.skipType(scout.uint32() & 7);
  }
}

/** An absent field reads as the schema's own empty buffer; the rest of kvd knows plain arrays alone. */
export function bytesField(value: Uint8Array | null | undefined): Uint8Array {
  return value === null || value === undefined || value.length === 0 ? EMPTY_BYTES : value;
}

export function sizedField(value: Uint8Array, length: number, name: string): Uint8Array {
  if (value.length !== length) malformed(`${name} has ${value.length} bytes, not ${length}`);
  return value;
}

export function textField(value: string, lengthMax: number, name: string): string {
  if (value.length > lengthMax) malformed(`${name} has ${value.length} characters, more than ${lengthMax}`);
  return value;
}

export function portField(value: number, name: string): number {
  if (!Number.isInteger(value) || value < 1 || value > 65_535) malformed(`${name} ${value} is not a port`);
  return value;
}

/** The word that a number stands for: `words[0]` is 1, so that a missing field is no word. */
export function wordField<Word extends string>(words: readonly Word[], value: number, name: string): Word {
  return words[value - 1] ?? malformed(`${name} ${value} is not known`);
}

/** The number of a word, as `wordField` reads it. */
export function wordNumber<Word extends string>(words: readonly Word[], word: Word): number {
  return words.indexOf(word) + 1;
}

export function isWord<Word extends string>(words: readonly Word[], text: string): text is Word {
  return (words as readonly string[]).includes(text);
}
