import { assert } from "./assert.ts";

declare const brand: unique symbol;
type Branded<Name extends string> = number & { readonly [brand]: Name };

/** A member's number, 1..1,023; never used again after removal. 0 is nobody. */
export type NodeId = Branded<"NodeId">;
/** A consensus group; group 0 alone exists at first. */
export type GroupId = Branded<"GroupId">;
/** A log position, 0..2^53-1. Slot 0 is the genesis record; proposals start at 1. Watermarks are exclusive ends. */
export type Slot = Branded<"Slot">;
/**
 * `round * 1024 + node`: the pair {round, node} as one safe integer, so that the natural order of
 * numbers is the total order of ballots. Take it apart by arithmetic, never by bit operations.
 */
export type Ballot = Branded<"Ballot">;

export const NODE_ID_MAX = 1023;
const NODES_PER_ROUND = NODE_ID_MAX + 1;
/** Exclusive: `ROUND_LIMIT * 1024` is still a safe integer. */
export const ROUND_LIMIT = 2 ** 43;

export const NOBODY = 0 as NodeId;
export const GROUP_ZERO = 0 as GroupId;
/** Smaller than every ballot that a node can use: nothing promised, nothing accepted. */
export const BALLOT_ZERO = 0 as Ballot;

export function nodeId(value: number): NodeId {
  assert(isNodeId(value), `node id ${value} is not in 1..${NODE_ID_MAX}`);
  return value as NodeId;
}

export function isNodeId(value: number): value is NodeId {
  return Number.isInteger(value) && value >= 1 && value <= NODE_ID_MAX;
}

export function slot(value: number): Slot {
  assert(isSlot(value), `slot ${value} is not a safe integer >= 0`);
  return value as Slot;
}

export function isSlot(value: number): value is Slot {
  return Number.isSafeInteger(value) && value >= 0;
}

/** The slot `count` positions after `from` (or before it, when negative). */
export function offsetSlot(from: Slot, count: number): Slot {
  return slot(from + count);
}

export function ballot(round: number, node: NodeId): Ballot {
  assert(Number.isInteger(round) && round >= 1 && round < ROUND_LIMIT, `round ${round} is out of range`);
  return (round * NODES_PER_ROUND + node) as Ballot;
}

/** Whether a number from outside is a ballot that some node can have used, or BALLOT_ZERO. */
export function isBallot(value: number): value is Ballot {
  if (!Number.isSafeInteger(value) || value < 0) return false;
  return value === 0 || (value >= NODES_PER_ROUND && value % NODES_PER_ROUND !== 0);
}

export function roundOf(value: Ballot): number {
  return Math.floor(value / NODES_PER_ROUND);
}

export function nodeOf(value: Ballot): NodeId {
  return (value % NODES_PER_ROUND) as NodeId;
}

/** `ROUND.NODE`, the form that people and scripts see. */
export function formatBallot(value: Ballot): string {
  return `${roundOf(value)}.${nodeOf(value)}`;
}
