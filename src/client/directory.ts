import { unreachable } from "../base/assert.ts";
import type { Address } from "../base/seams.ts";
import type { LinkId } from "../transport/service.ts";
import type { LeaderHint } from "../wire/client-messages.ts";
import { formatEndpoint } from "./endpoint-text.ts";
import type { Target } from "./target.ts";

/** A handshake that takes longer than this no longer holds up requests that another node could take. */
const OPENING_PATIENCE_MS = 150;

/** Times in ms on the client's monotonic clock. */
export type NodePhase =
  | { readonly kind: "closed"; readonly notBeforeMs: number }
  | { readonly kind: "opening"; readonly link: LinkId; readonly sinceMs: number }
  | { readonly kind: "up"; readonly link: LinkId };

/** A node that this client has heard of. */
export interface KnownNode {
  readonly endpoint: string;
  readonly address: Address;
  phase: NodePhase;
  /** Attempts that wait for its answer, and those among them that it was asked to answer late. */
  outstanding: number;
  patient: number;
  /** When it was last heard of, or when the oldest wait began, whichever is later: silence counts from here. */
  quietSinceMs: number;
  probedMs: number;
  /** Its link's queue was full: nothing is offered before this. */
  fullUntilMs: number;
}

export type Choice =
  | { readonly kind: "send"; readonly node: KnownNode; readonly link: LinkId }
  | { readonly kind: "open"; readonly node: KnownNode }
  | { readonly kind: "wait" };

const WAIT: Choice = { kind: "wait" };

/** Who is there, who leads as far as is known, and whom to ask next. */
export class Directory {
  readonly #nodes = new Map<string, KnownNode>();
  #rotation = 0;
  leader: KnownNode | undefined;
  /** The members as the last welcome named them; empty before the first. */
  members: readonly LeaderHint[] = [];

  constructor(seeds: readonly Address[]) {
    for (const seed of seeds) this.add(seed);
  }

  nodes(): IterableIterator<KnownNode> {
    return this.#nodes.values();
  }

  at(address: Address): KnownNode | undefined {
    return this.#nodes.get(formatEndpoint(address));
  }

  /** The node at the address, made known when it is new. */
  add(address: Address): KnownNode {
    const endpoint = formatEndpoint(address);
    const known = this.#nodes.get(endpoint);
    if (known !== undefined) return known;
    const node: KnownNode = {
      endpoint,
      address: { host: address.host, port: address.port },
      phase: { kind: "closed", notBeforeMs: 0 },
      outstanding: 0,
      patient: 0,
      quietSinceMs: 0,
      probedMs: 0,
      fullUntilMs: 0,
    };
    this.#nodes.set(endpoint, node);
    return node;
  }

  /** Whom to ask for `target` now; `avoid` only when there is nobody else. */
  choose(target: Target, avoid: KnownNode | undefined, nowMs: number): Choice {
    switch (target.kind) {
      case "node":
        return chooseNode(this.add(target.address), nowMs);
      case "leader": {
        const leader = this.leader;
        if (leader === undefined) return this.#chooseReplica(avoid, nowMs);
        return isReachable(leader, nowMs) ? chooseNode(leader, nowMs) : this.#chooseReplica(leader, nowMs);
      }
      case "replica":
        return this.#chooseReplica(avoid, nowMs);
      default:
        return unreachable(target);
    }
  }

  /** A node without a link whose turn it is to get one, or undefined. */
  nextToOpen(nowMs: number): KnownNode | undefined {
    for (const node of this.#nodes.values()) {
      if (node.phase.kind === "closed" && node.phase.notBeforeMs <= nowMs) return node;
    }
    return undefined;
  }

  #chooseReplica(avoid: KnownNode | undefined, nowMs: number): Choice {
    const nodes = [...this.#nodes.values()];
    this.#rotation = (this.#rotation + 1) % Math.max(1, nodes.length);
    let isOpening = false;
    for (let index = 0; index < nodes.length; index++) {
      const node = nodes[(index + this.#rotation) % nodes.length] as KnownNode;
      if (node.phase.kind === "up" && node !== avoid) return { kind: "send", node, link: node.phase.link };
      isOpening ||= node.phase.kind === "opening" && nowMs - node.phase.sinceMs < OPENING_PATIENCE_MS;
    }
    if (isOpening) return WAIT;
    const closed = this.nextToOpen(nowMs);
    if (closed !== undefined) return { kind: "open", node: closed };
    return avoid === undefined ? WAIT : chooseNode(avoid, nowMs);
  }
}

function chooseNode(node: KnownNode, nowMs: number): Choice {
  switch (node.phase.kind) {
    case "up":
      return { kind: "send", node, link: node.phase.link };
    case "opening":
      return WAIT;
    case "closed":
      return node.phase.notBeforeMs <= nowMs ? { kind: "open", node } : WAIT;
    default:
      return unreachable(node.phase);
  }
}

function isReachable(node: KnownNode, nowMs: number): boolean {
  switch (node.phase.kind) {
    case "up":
      return true;
    case "opening":
      return nowMs - node.phase.sinceMs < OPENING_PATIENCE_MS;
    case "closed":
      return node.phase.notBeforeMs <= nowMs;
    default:
      return unreachable(node.phase);
  }
}
