import type { NodeId, Slot } from "../base/ids.ts";

interface Peer {
  readonly id: NodeId;
  learned: number;
  firstKept: number;
}

/** How far the other members are, as far as anything they said tells; only ever too low. */
export class Peers {
  #peers: readonly Peer[] = [];
  #turn = 0;

  /** Of anybody: whoever is not known as a member may be one by an entry not learned here yet. */
  note(id: NodeId, learned: Slot, firstKept?: Slot): void {
    const peer = this.#peers.find((candidate) => candidate.id === id) ?? this.#add(id);
    if (learned > peer.learned) peer.learned = learned;
    if (firstKept !== undefined && firstKept > peer.firstKept) peer.firstKept = firstKept;
  }

  /** Forgets all but these: who was removed may be gone, and who is a member will be heard of again. */
  retain(members: readonly NodeId[]): void {
    this.#peers = this.#peers.filter(({ id }) => members.includes(id));
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

  #add(id: NodeId): Peer {
    const peer = { id, learned: 0, firstKept: 0 };
    // By id: whose turn it is must not hang on who was heard of first.
    this.#peers = [...this.#peers, peer].sort((left, right) => left.id - right.id);
    return peer;
  }
}
