import { failure } from "../base/errors.ts";
import { type Ballot, NOBODY, type NodeId, type Slot, slot } from "../base/ids.ts";
import type { Clock } from "../base/seams.ts";
import type { LogReader } from "../paxos/log-reader.ts";
import type { Identity } from "../storage/storage.ts";
import type { LinkId, TransportService } from "../transport/service.ts";
import { decodeReply, decodeRequest, encodeReply, encodeRequest } from "../wire/client-codec.ts";
import type { Freshness, LeaderHint, NodeStatus, ReplyBody, Request } from "../wire/client-messages.ts";
import type { Counters } from "./counters.ts";
import { Forwards } from "./forwards.ts";
import type { Group } from "./group.ts";
import { logPage } from "./log-page.ts";
import type { Measures } from "./measures.ts";
import { MemberChanges } from "./member-changes.ts";
import { Promotions } from "./promotions.ts";
import type { Origin } from "./proposals.ts";
import type { Roster } from "./roster.ts";
import type { SaverRequest } from "./snapshot-savers.ts";
import type { StateHashes } from "./state-hashes.ts";

export interface RequestsDeps {
  readonly name: string;
  readonly identity: Identity;
  readonly clock: Clock;
  readonly transport: TransportService;
  readonly group: () => Group;
  /** Of the group's state. */
  readonly hashes: StateHashes;
  /** Of the group, as it lies on disk. */
  readonly log: LogReader;
  readonly leaderHint: () => LeaderHint | undefined;
  readonly linkTo: (node: NodeId) => LinkId | undefined;
  readonly roster: Roster;
  readonly status: () => NodeStatus;
  readonly counters: Counters;
  readonly measures: Pick<Measures, "answered" | "now">;
}

/** What is answered as soon as the answer is known; how long the others take is up to others. */
const TIMED = new Set<Request["kind"]>(["mutate", "get", "range", "leases", "history"]);
/** Packets to each member when somebody wants to know of the paths. */
const MEASURING_PACKETS = 32;

/** An operator who wants another leader. */
interface WaitingForLeader {
  readonly origin: Origin;
  readonly deadlineMs: number;
  /** Of the leader that is to go. */
  readonly ballot: Ballot;
  /** Whether it may be this node that leads then. */
  readonly mayBeSelf: boolean;
}

/** Routes what clients ask: to the group here, or once more to the leader, and the answers back. */
export class Requests {
  readonly #deps: RequestsDeps;
  readonly #forwards = new Forwards();
  readonly #memberChanges: MemberChanges;
  readonly #promotions: Promotions;
  #successions: WaitingForLeader[] = [];

  constructor(deps: RequestsDeps) {
    this.#deps = deps;
    this.#memberChanges = new MemberChanges({
      ...deps,
      answer: (origin, body) => this.answer(origin, body),
    });
    this.#promotions = new Promotions(deps);
  }

  onRequest(link: LinkId, payload: Uint8Array): void {
    const request = decodeRequest(payload);
    if (typeof request === "string") {
      this.#deps.counters.add("request_malformed");
      return;
    }
    const origin = this.#originOf(link, request);
    this.#deps.counters.addRequest(request.kind);
    switch (request.kind) {
      case "mutate":
        return this.#mutate(origin, request);
      case "get":
      case "range":
      case "leases":
      case "principals":
      case "history":
        return this.#deps.group().read(origin, request);
      case "watch":
        return this.#deps.group().watch(origin, request);
      case "cancel":
        return this.#deps.group().cancelWatch(origin);
      case "status":
        return this.answer(origin, { kind: "status", status: this.#status() });
      case "ping":
        return this.answer(origin, { kind: "pong" });
      case "measure":
        return this.#measurePaths(origin);
      case "members":
        return this.#memberChanges.tell(origin);
      case "change-members":
        return this.#memberChanges.ask(origin, request);
      case "hand-over":
        return this.#handOver(origin, request);
      case "stand":
        return this.#stand(origin, request.timeoutMs);
      case "shorten-log":
        return this.#shortenLog(origin, request.keep);
      case "age":
        return this.answer(origin, { kind: "age", last: this.#deps.group().lastRevisionAt(request.ageMs) });
      case "log": {
        const { log, group } = this.#deps;
        return this.answer(origin, { kind: "log", ...logPage(log, group().view, request) });
      }
      case "refetch": {
        if (this.#deps.group().snapshots.refetch()) return this.answer(origin, { kind: "pong" });
        return this.#deps.group().refuse(origin, "bad_request", "this node is not fenced");
      }
      case "state-hash":
        return this.#stateHash(origin, request.at);
      case "snapshot":
      case "chunk":
        return this.#handOut(origin, request);
    }
  }

  /** A member answered what was forwarded to it. */
  onReply(link: LinkId, payload: Uint8Array): void {
    const reply = decodeReply(payload);
    if (typeof reply === "string") {
      this.#deps.counters.add("reply_malformed");
      return;
    }
    const origin = this.#forwards.take(reply.id, link);
    if (origin === undefined) return;
    const { applied, revision, leader } = reply;
    const passedOn = encodeReply({
      id: origin.id,
      body: reply.body,
      applied,
      revision,
      leader,
      servedBy: this.#deps.name,
    });
    this.#note(origin, reply.body);
    this.#deps.transport.sendMessage(origin.link, passedOn);
  }

  /** `freshness` goes with the answer to a read. */
  answer(origin: Origin, body: ReplyBody, freshness?: Freshness): void {
    this.#note(origin, body);
    const group = this.#deps.group();
    const reply = encodeReply({
      id: origin.id,
      body,
      applied: group.applied,
      revision: group.revision,
      leader: this.#deps.leaderHint(),
      servedBy: this.#deps.name,
      ...(freshness === undefined ? {} : { freshness }),
    });
    if (!this.#deps.transport.sendMessage(origin.link, reply)) this.#deps.counters.add("reply_undeliverable");
  }

  /** Time-outs of what waits for other nodes. */
  tick(): void {
    const nowMs = this.#deps.clock.nowMs();
    // A leader that is not heard any more, or was deposed, is not waited for: the client may try elsewhere.
    const leaderNow = this.#deps.linkTo(this.#deps.group().view.leader);
    const lost = this.#forwards.takeLost(
      (leaderLink, deadlineMs) => deadlineMs <= nowMs || leaderLink !== leaderNow,
    );
    for (const origin of lost) {
      const reason = failure("timeout", "unknown", "the leader that this was forwarded to has not answered");
      this.answer(origin, { kind: "failure", failure: reason });
    }
    this.#settleSuccessions(nowMs);
    this.#memberChanges.tick();
    this.#promotions.tick();
  }

  /** What is forwarded has its time taken where it came from. */
  #originOf(link: LinkId, request: Request): Origin {
    const { id, kind } = request;
    const isForwarded = kind === "mutate" && request.forwarded;
    if (isForwarded || !TIMED.has(kind)) return { link, id };
    return { link, id, timed: { kind, sinceMs: this.#deps.clock.nowMs() } };
  }

  #note({ timed }: Origin, body: ReplyBody): void {
    if (timed === undefined) return;
    this.#deps.measures.answered(timed.kind, timed.sinceMs);
    if (body.kind === "failure") this.#deps.counters.add(`request_failed_${body.failure.code}`);
  }

  #status(): NodeStatus {
    return { ...this.#deps.status(), measures: this.#deps.measures.now };
  }

  #measurePaths(origin: Origin): void {
    for (const { id } of this.#deps.roster.members) {
      const link = this.#deps.linkTo(id);
      if (link !== undefined) this.#deps.transport.measure(link, MEASURING_PACKETS);
    }
    this.answer(origin, { kind: "pong" });
  }

  #mutate(origin: Origin, request: Extract<Request, { kind: "mutate" }>): void {
    const group = this.#deps.group();
    if (group.isLeading) return group.admit(origin, request.command);
    if (request.forwarded) {
      return group.refuse(origin, "not_leader", "the node that this was forwarded to does not lead");
    }
    const leaderLink = this.#deps.linkTo(group.view.leader);
    if (leaderLink === undefined) {
      return group.refuse(origin, "no_leader", "no leader is known at this node; try again");
    }
    if (this.#forwards.isFull)
      return group.refuse(origin, "overloaded", "too many requests wait for the leader; try again later");
    const deadlineMs = this.#deps.clock.nowMs() + request.timeoutMs;
    const id = this.#forwards.add({ origin, leaderLink, deadlineMs });
    const { timeoutMs, command } = request;
    if (
      this.#deps.transport.sendMessage(
        leaderLink,
        encodeRequest({ kind: "mutate", id, timeoutMs, command, forwarded: true }),
      )
    )
      return;
    this.#forwards.take(id, leaderLink);
    group.refuse(origin, "no_leader", "the leader cannot be reached from this node; try again");
  }

  #handOver(origin: Origin, request: Extract<Request, { kind: "hand-over" }>): void {
    const group = this.#deps.group();
    if (!group.isLeading)
      return group.refuse(origin, "not_leader", "this node does not lead; ask the leader");
    const target = request.to === "" ? undefined : this.#deps.roster.idNamed(request.to);
    if (request.to !== "" && target === undefined) {
      return group.refuse(origin, "bad_request", `no member is named ${request.to}`);
    }
    if (target !== undefined && !this.#deps.roster.isVoter(target)) {
      return group.refuse(origin, "bad_request", `${request.to} is a learner: without a vote it cannot lead`);
    }
    if (request.to === this.#deps.name) return this.answer(origin, { kind: "handed-over", to: request.to });
    this.#awaitSuccessor(origin, request.timeoutMs, false);
    group.handOver(target);
  }

  #stand(origin: Origin, timeoutMs: number): void {
    const group = this.#deps.group();
    const { name, roster } = this.#deps;
    if (group.view.serving) return this.answer(origin, { kind: "handed-over", to: name });
    const self = roster.idNamed(name);
    if (self === undefined || !roster.isVoter(self)) {
      return group.refuse(origin, "bad_request", `${name} has no vote: it cannot lead`);
    }
    this.#awaitSuccessor(origin, timeoutMs, true);
    group.step({ kind: "stand" });
  }

  #shortenLog(origin: Origin, keep: number): void {
    const group = this.#deps.group();
    const { chosen, firstKept } = group.view;
    group.step({ kind: "shorten-log", keep });
    group.snapshots.onShortening();
    this.answer(origin, { kind: "shortening", below: slot(Math.max(firstKept, chosen - keep)) });
  }

  #stateHash(origin: Origin, at: Slot): void {
    const { hashes } = this.#deps;
    const { watermark } = hashes;
    const asked = at === 0 ? watermark : at;
    this.answer(origin, { kind: "state-hash", watermark, at: asked, state: hashes.at(asked) });
  }

  #handOut(origin: Origin, request: SaverRequest): void {
    const group = this.#deps.group();
    const nowMs = this.#deps.clock.nowMs();
    const moment = { nowMs, timeMs: group.timeMs(nowMs) };
    this.answer(origin, group.snapshots.savers.answer(origin.link, request, moment));
  }

  #awaitSuccessor(origin: Origin, timeoutMs: number, mayBeSelf: boolean): void {
    const deadlineMs = this.#deps.clock.nowMs() + timeoutMs;
    this.#successions.push({ origin, deadlineMs, ballot: this.#deps.group().view.ballot, mayBeSelf });
  }

  #settleSuccessions(nowMs: number): void {
    if (this.#successions.length === 0) return;
    const { view } = this.#deps.group();
    const leadsSelf = view.role === "leader";
    const isLed = leadsSelf ? view.serving : view.leader !== NOBODY;
    this.#successions = this.#successions.filter(({ origin, deadlineMs, ballot, mayBeSelf }) => {
      if (isLed && view.ballot > ballot && (mayBeSelf || !leadsSelf)) {
        this.answer(origin, { kind: "handed-over", to: this.#deps.roster.nameOf(view.leader) });
      } else if (nowMs >= deadlineMs) {
        const reason = failure("timeout", "unknown", "nobody has taken the leadership over in time");
        this.answer(origin, { kind: "failure", failure: reason });
      } else return true;
      return false;
    });
  }
}
