import { unreachable } from "../base/assert.ts";
import type { Failure } from "../base/errors.ts";
import { failure } from "../base/errors.ts";
import type { Slot } from "../base/ids.ts";
import { TICK_MS } from "../base/limits.ts";
import type { Address, Random, Timer } from "../base/seams.ts";
import type { LinkId } from "../transport/service.ts";
import { encodeRequest } from "../wire/client-codec.ts";
import type { Reply } from "../wire/client-messages.ts";
import { backOffMs } from "./back-off.ts";
import type { Call, CallOptions } from "./call.ts";
import { newCall, timeUp, verdict } from "./call.ts";
import { ClusterTime } from "./cluster-time.ts";
import type { KnownNode } from "./directory.ts";
import { Directory } from "./directory.ts";
import type { LinksDeps, LinksHandler } from "./links.ts";
import { Links } from "./links.ts";

/** Requests that may wait for an answer at once; more are refused here, before they cost memory. */
export const OUTSTANDING_MAX = 65_536;
/** Outstanding calls are looked over this often: one timer for all of them. */
const SWEEP_MS = 50;
/** A tick this late means that the process itself was held up. */
const LATE_TICK_MS = 100;
/** A node that lives but does not answer an attempt for this long has it tried elsewhere; doubles with each. */
const ATTEMPT_PATIENCE_MS = 2_000;
/** The same for a node that has to pass the request on to a leader: that one may be the dead one. */
const FORWARD_PATIENCE_MS = 500;
const REDIRECTS_MAX = 2;
/** Replica reads in one sweep from which a link to every member pays. */
const SPREAD_READS_MIN = 4;

/** Takes each call to whoever can answer it, again and again until someone did or its time is up. */
export class Dispatcher implements LinksHandler {
  readonly directory: Directory;
  readonly time = new ClusterTime();
  readonly links: Links;
  readonly #deps: LinksDeps;
  readonly #random: Random;
  readonly #ticker: Timer;
  /** By attempt id; an abandoned attempt stays until its call is settled. */
  readonly #attempts = new Map<number, Call>();
  #parked: Call[] = [];
  #backingOff: Call[] = [];
  #lastId = 0;
  #unsettled = 0;
  #lastTickMs: number;
  /** A process whose ticks all come late is not forgiven each of them: its requests would never be over. */
  #wasLate = false;
  #lastSweepMs: number;
  #isClosed = false;
  /** Replica reads since the last sweep: worth a link to every member. */
  #replicaReads = 0;
  /** The highest applied slot that any answer named: what this session has seen. */
  token = 0 as Slot;

  constructor(seeds: readonly Address[], deps: LinksDeps) {
    this.directory = new Directory(seeds);
    this.#deps = deps;
    this.#random = deps.random;
    this.links = new Links({ directory: this.directory, time: this.time, handler: this }, deps);
    this.#lastTickMs = deps.clock.nowMs();
    this.#lastSweepMs = this.#lastTickMs;
    this.#ticker = deps.timers.every(TICK_MS, () => this.#tick());
  }

  start(options: CallOptions): Call {
    const call = newCall(options);
    if (this.#isClosed || this.#unsettled >= OUTSTANDING_MAX) {
      call.phase = { kind: "settled" };
      call.fail(
        this.#isClosed
          ? failure("unavailable", "not_applied", "the client is closed")
          : failure("overloaded", "not_applied", `${OUTSTANDING_MAX} requests are outstanding already`),
      );
      return call;
    }
    this.#unsettled += 1;
    if (call.target.kind === "replica") this.#replicaReads += 1;
    this.#dispatch(call, this.#deps.clock.nowMs());
    return call;
  }

  /** Ends a call whose caller has lost interest; `reason` goes into the message. */
  abandon(call: Call, reason: string): void {
    if (call.phase.kind === "settled") return;
    const isDoubtful = call.changes && (call.isDoubtful || call.phase.kind === "sent");
    this.#cancel(call);
    this.#fail(call, failure("timeout", isDoubtful ? "unknown" : "not_applied", reason));
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#ticker.cancel();
    for (const call of this.#unsettledCalls()) this.abandon(call, "the client was closed");
    this.links.close();
  }

  onReply(reply: Reply, node: KnownNode): void {
    if (reply.applied > this.token) this.token = reply.applied;
    this.#learnLeader(reply, node);
    const call = this.#attempts.get(reply.id);
    if (call === undefined) return;
    const isCurrent = call.phase.kind === "sent" && call.phase.id === reply.id;
    if (reply.body.kind !== "failure") {
      this.#finish(call);
      call.settle(reply);
    } else if (isCurrent) {
      this.#attempts.delete(reply.id);
      leave(node, call);
      this.#onFailure(call, reply.body.failure, node);
    }
  }

  onOpen(): void {
    this.#dispatchParked(this.#deps.clock.nowMs());
  }

  onLost(node: KnownNode): void {
    if (this.#isClosed) return;
    const nowMs = this.#deps.clock.nowMs();
    const stranded: Call[] = [];
    for (const [id, call] of this.#attempts) {
      if (call.phase.kind === "sent" && call.phase.id === id && call.phase.node === node) stranded.push(call);
    }
    for (const call of stranded) this.#tryElsewhere(call, node, nowMs);
    node.outstanding = 0;
    node.patient = 0;
    this.#dispatchParked(nowMs);
  }

  #dispatch(call: Call, nowMs: number): void {
    const choice = this.directory.choose(call.target, call.avoid, nowMs);
    switch (choice.kind) {
      case "send":
        this.#send(call, choice.node, choice.link, nowMs);
        return;
      case "open":
        this.#park(call);
        this.links.open(choice.node);
        return;
      case "wait":
        this.#park(call);
        return;
      default:
        unreachable(choice);
    }
  }

  /** Whoever was asked to wait before it answers need not wait any longer. */
  #cancel({ phase, waitMs }: Call): void {
    if (phase.kind !== "sent" || waitMs === 0 || this.#isClosed) return;
    const { id, node } = phase;
    if (node.phase.kind !== "up") return;
    this.links.send(node, node.phase.link, encodeRequest({ kind: "cancel", id }), this.#deps.clock.nowMs());
  }

  #park(call: Call): void {
    call.phase = { kind: "parked" };
    this.#parked.push(call);
  }

  #dispatchParked(nowMs: number): void {
    if (this.#parked.length === 0) return;
    const parked = this.#parked;
    this.#parked = [];
    for (const call of parked) if (call.phase.kind === "parked") this.#dispatch(call, nowMs);
  }

  #send(call: Call, node: KnownNode, link: LinkId, nowMs: number): void {
    if (nowMs < node.fullUntilMs) {
      this.#backOff(call, node.fullUntilMs);
      return;
    }
    this.#lastId += 1;
    const id = this.#lastId;
    const remainingMs = Math.max(1, Math.ceil(call.giveUpMs - nowMs));
    if (!this.links.send(node, link, encodeRequest(call.request(id, remainingMs)), nowMs)) {
      this.#backOff(call, node.fullUntilMs);
      return;
    }
    // So far nobody waited for its answer, or nobody expected one soon.
    if (node.outstanding === node.patient) node.quietSinceMs = nowMs;
    node.outstanding += 1;
    if (call.waitMs > 0) node.patient += 1;
    const isForwarded = call.target.kind === "leader" && node !== this.directory.leader;
    const baseMs = isForwarded ? FORWARD_PATIENCE_MS : ATTEMPT_PATIENCE_MS;
    const patienceMs = call.waitMs + baseMs * 2 ** Math.min(call.abandoned.length, 4);
    call.phase = { kind: "sent", id, node, atMs: nowMs, patienceMs };
    this.#attempts.set(id, call);
  }

  #backOff(call: Call, untilMs: number): void {
    call.phase = { kind: "backing-off", untilMs };
    this.#backingOff.push(call);
  }

  /** The attempt at `node` got no answer: nobody knows what became of it. */
  #tryElsewhere(call: Call, node: KnownNode, nowMs: number): void {
    if (call.phase.kind !== "sent") return;
    call.abandoned.push(call.phase.id);
    leave(node, call);
    call.isDoubtful = true;
    call.retries += 1;
    call.avoid = node;
    this.#dispatch(call, nowMs);
  }

  #onFailure(call: Call, refusal: Failure, node: KnownNode): void {
    if (refusal.outcome === "unknown") call.isDoubtful = true;
    if (!refusal.retryable || refusal.code === call.lastingCode) {
      this.#fail(call, verdict(call, refusal));
      return;
    }
    const nowMs = this.#deps.clock.nowMs();
    call.lastFailure = refusal;
    call.avoid = node;
    const isRedirect = refusal.code === "not_leader" && this.directory.leader !== undefined;
    if (isRedirect && this.directory.leader !== node && call.redirects < REDIRECTS_MAX) {
      call.redirects += 1;
      this.#dispatch(call, nowMs);
      return;
    }
    call.redirects = 0;
    call.retries += 1;
    this.#backOff(call, nowMs + backOffMs(call.retries, this.#random));
  }

  #learnLeader(reply: Reply, node: KnownNode): void {
    const { leader } = reply;
    if (leader !== undefined && leader.name === reply.servedBy) {
      // It is where it answers, wherever the members believe it to be.
      this.directory.leader = node;
    } else if (leader !== undefined) {
      const known = this.directory.leader;
      if (known?.address.port === leader.port && known.address.host === leader.host) return;
      this.directory.leader = this.directory.add(leader);
    } else if (this.directory.leader === node) {
      this.directory.leader = undefined;
    }
  }

  #finish(call: Call): void {
    if (call.phase.kind === "sent") {
      this.#attempts.delete(call.phase.id);
      leave(call.phase.node, call);
    }
    for (const id of call.abandoned) this.#attempts.delete(id);
    call.phase = { kind: "settled" };
    this.#unsettled -= 1;
  }

  #fail(call: Call, final: Failure): void {
    this.#finish(call);
    call.fail(final);
  }

  #tick(): void {
    const nowMs = this.#deps.clock.nowMs();
    this.#wasLate = nowMs - this.#lastTickMs > LATE_TICK_MS && !this.#wasLate;
    if (this.#wasLate) {
      // What arrived meanwhile is read before anyone is judged.
      this.links.forgiveSilence(nowMs);
      this.#lastSweepMs = nowMs;
    }
    this.#lastTickMs = nowMs;
    this.#wakeBackedOff(nowMs);
    if (nowMs - this.#lastSweepMs >= SWEEP_MS) {
      this.#lastSweepMs = nowMs;
      this.#sweep(nowMs);
    }
    this.links.tick(nowMs);
  }

  #wakeBackedOff(nowMs: number): void {
    if (this.#backingOff.length === 0) return;
    const waiting = this.#backingOff;
    this.#backingOff = [];
    for (const call of waiting) {
      if (call.phase.kind !== "backing-off") continue;
      // An attempt whose answer nobody waits for would only leave the outcome in doubt.
      if (nowMs >= call.giveUpMs) this.#fail(call, timeUp(call, this.#silenceReason()));
      else if (call.phase.untilMs > nowMs) this.#backingOff.push(call);
      else this.#dispatch(call, nowMs);
    }
  }

  #sweep(nowMs: number): void {
    for (const call of this.#unsettledCalls()) {
      if (nowMs >= call.giveUpMs) this.#fail(call, timeUp(call, this.#silenceReason()));
      else if (call.phase.kind === "sent") {
        if (nowMs - call.phase.atMs >= call.phase.patienceMs)
          this.#tryElsewhere(call, call.phase.node, nowMs);
      }
    }
    this.links.watchSilence(nowMs);
    this.#dispatchParked(nowMs);
    this.#spread(nowMs);
  }

  /** Opens one more link when reads are coming that any replica may serve. */
  #spread(nowMs: number): void {
    if (this.#replicaReads < SPREAD_READS_MIN) return;
    this.#replicaReads = 0;
    const node = this.directory.nextToOpen(nowMs);
    if (node !== undefined) this.links.open(node);
  }

  #unsettledCalls(): readonly Call[] {
    const calls: Call[] = [];
    for (const [id, call] of this.#attempts) {
      if (call.phase.kind === "sent" && call.phase.id === id) calls.push(call);
    }
    for (const call of this.#parked) if (call.phase.kind === "parked") calls.push(call);
    for (const call of this.#backingOff) if (call.phase.kind === "backing-off") calls.push(call);
    return calls;
  }

  #silenceReason(): string {
    const refusal = this.links.lastRefusal;
    if (refusal !== undefined) return `: ${refusal}`;
    if (this.directory.members.length > 0) return "";
    const asked = [...this.directory.nodes()].map((node) => node.endpoint).join(", ");
    return ` from ${asked}: is kvd running there?`;
  }
}

/** An attempt at the node has come to its end. */
function leave(node: KnownNode, { waitMs }: Call): void {
  node.outstanding -= 1;
  if (waitMs > 0) node.patient -= 1;
}
