import type { NodeId, Slot } from "../base/ids.ts";

interface Peer {
  readonly id: NodeId;
  learned: number;
  firstKept: number;
}

/** How far the other members are, as far as anything they said tells; only ever too low. */
export class Peers {
  readonly #peers: readonly Peer[];
  #turn = 0;

  constructor(others: readonly NodeId[]) {
    this.#peers = others.map((id) => ({ id, learned: 0, firstKept: 0 }));
  }

  note(id: NodeId, learned: Slot, firstKept?: Slot): void {
    const peer = this.#peers.find((candidate) => candidate.id === id);
    if (peer === undefined) return;
    if (learned > peer.learned) peer.learned = learned;
    if (firstKept !== undefined && firstKept > peer.firstKept) peer.firstKept = firstKept;
  }

  learned(id: NodeId): number {
    return this.#peers.find((peer) => peer.id === id)?.learned ?? 0;
  }

  isAnyAbove(slot: Slot): boolean {
    return this.#peers.some((peer) => peer.learned > slot);
  }

  /** Whether some member has dropped the slot, and what is chosen is known there to be beyond it. */
  isAnyTruncatedAbove(slot: Slot): boolean {
    return this.#peers.some((peer) => peer.firstKept > slot);
  }

  /** A member that should have the chosen value of `slot`: `preferred` if it can, else each in turn. */
  holderOf(slot: Slot, preferred: NodeId, avoid: NodeId): NodeId | undefined {
    const holders = this.#peers.filter((peer) => peer.learned > slot && peer.firstKept <= slot);
    const others = holders.filter((peer) => peer.id !== avoid);
    const choice = others.length > 0 ? others : holders;
    if (choice.some((peer) => peer.id === preferred)) return preferred;
    return choice[this.#turn++ % choice.length]?.id;
  }
}
