import { present } from "../../base/assert.ts";
import type { NodeId } from "../../base/ids.ts";
import type { Message } from "../../paxos/messages.ts";
import { describeGraph } from "./object-graph.ts";

/** One message on its way; sent once, it may arrive any number of times, at any time, or never. */
export interface Sent {
  readonly id: number;
  readonly from: NodeId;
  readonly to: NodeId;
  readonly message: Message;
}

/** Numbers equal messages alike, and holds a copy of each as if it had come off the wire. */
export class MessageTable {
  readonly #ids = new Map<string, number>();
  readonly #all: Sent[] = [];
  readonly #copies = new Map<string, unknown>();

  get size(): number {
    return this.#all.length;
  }

  idOf(from: NodeId, to: NodeId, message: Message): number {
    const key = `${from}>${to} ${describeGraph(message)}`;
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    const id = this.#all.length;
    this.#ids.set(key, id);
    this.#all.push({ id, from, to, message: this.#copy(message) as Message });
    return id;
  }

  at(id: number): Sent {
    return present(this.#all[id], `message ${id} was sent`);
  }

  /** Equal values are one object: who shares one with whom then is no part of a replica's state. */
  #copy(original: unknown): unknown {
    if (typeof original !== "object" || original === null) return original;
    if (Array.isArray(original)) return original.map((item) => this.#copy(item));
    if (original instanceof Uint8Array) return original.slice();
    const isValue = "bytes" in original;
    const key = isValue ? describeGraph(original) : "";
    const known = isValue ? this.#copies.get(key) : undefined;
    if (known !== undefined) return known;
    const entries = Object.entries(original).map(([name, value]) => [name, this.#copy(value)]);
    const copy: unknown = Object.fromEntries(entries);
    if (isValue) this.#copies.set(key, copy);
    return copy;
  }
}
