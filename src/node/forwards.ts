import type { LinkId } from "../transport/service.ts";
import type { Origin } from "./proposals.ts";

/** Requests handed on to the leader and not answered yet; beyond it the node refuses with `overloaded`. */
const FORWARDS_MAX = 65_536;

interface Forward {
  readonly origin: Origin;
  readonly leaderLink: LinkId;
  readonly deadlineMs: number;
}

/** Whom to give the leader's answers to. */
export class Forwards {
  readonly #byId = new Map<number, Forward>();
  #nextId = 1;

  get isFull(): boolean {
    return this.#byId.size >= FORWARDS_MAX;
  }

  /** The id to use towards the leader. */
  add(forward: Forward): number {
    const id = this.#nextId;
    this.#nextId = this.#nextId >= 0xffff_ffff ? 1 : this.#nextId + 1;
    this.#byId.set(id, forward);
    return id;
  }

  /** Takes the asker of an answered forward; undefined when it came from elsewhere or too late. */
  take(id: number, from: LinkId): Origin | undefined {
    const forward = this.#byId.get(id);
    if (forward === undefined || forward.leaderLink !== from) return undefined;
    this.#byId.delete(id);
    return forward.origin;
  }

  /** Takes those whose leader can no longer be heard, or whose time is up. */
  takeLost(isLost: (leaderLink: LinkId, deadlineMs: number) => boolean): readonly Origin[] {
    const lost: Origin[] = [];
    for (const [id, forward] of this.#byId) {
      if (!isLost(forward.leaderLink, forward.deadlineMs)) continue;
      this.#byId.delete(id);
      lost.push(forward.origin);
    }
    return lost;
  }
}
