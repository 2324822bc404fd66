import { formatBallot, type NodeId } from "../../src/base/ids.ts";
import type { Effects, Input, Notice, Write } from "../../src/paxos/effects.ts";
import type { Membership } from "../../src/paxos/membership.ts";
import type { Message, SlotReport } from "../../src/paxos/messages.ts";
import { Cluster, type Node } from "./cluster.ts";
import { membershipOf, SeededRandom, textOf } from "./fixtures.ts";

/** A small group with even delays whose every step is written down as one line. */
export class Transcript {
  readonly cluster: Cluster;
  readonly #lines: string[] = [];
  /** Messages for which this is true get lost. */
  isLost: (from: NodeId, to: NodeId, message: Message) => boolean = () => false;

  /** `isEven`: all clocks tick together and all time-outs are the shortest. */
  constructor({ isEven = false } = {}) {
    this.cluster = new Cluster({
      membership: membershipOf(3),
      random: isEven ? new EvenRandom(0) : new SeededRandom(42),
      tickOffsetMs: (node) => (isEven ? 0 : node),
      delayMs: (from, to, message) => (this.isLost(from, to, message) ? undefined : 1),
      diskMs: () => 1,
      onStep: (node, input, effects) => this.#record(node, input, effects),
    });
  }

  say(text: string): void {
    this.#lines.push("", `# ${text}`);
  }

  start(...ids: number[]): void {
    for (const id of ids) this.cluster.node(id).start();
  }

  crash(id: number): void {
    this.say(`n${id} crashes`);
    this.cluster.node(id).crash();
  }

  put(id: number, text: string): void {
    this.cluster.node(id).propose(new TextEncoder().encode(text));
  }

  /** How each node stands, as a last word. */
  end(): string {
    this.#lines.push("");
    for (const node of this.cluster.nodes) {
      const view = node.replica?.view(this.cluster.nowMs);
      if (view === undefined) continue;
      const { role, ballot, chosen, digest } = view;
      this.#lines.push(
        `n${node.id} ${role} ballot ${formatBallot(ballot)} chosen ${chosen} digest ${digest.toString(16)}`,
      );
    }
    return `${this.#lines.join("\n").trim()}\n`;
  }

  #record(node: Node, input: Input, effects: Effects): void {
    const parts = [
      ...effects.notices.map(noticeText),
      ...effects.messages
        .filter(({ message }) => isWorthALine(message))
        .map(({ to, message }) => `${messageText(message)} -> ${to.map((id) => `n${id}`).join(" ")}`),
      ...effects.writes.map(writeText),
      ...effects.messagesAfterWrites.map(
        ({ to, message }) => `when on disk: ${messageText(message)} -> n${to}`,
      ),
      ...effects.chosen.map(({ slot, value }) => `chosen s${slot} ${textOf(value)}`),
      ...effects.reads.map(({ id, index }) => `read ${id} at ${index ?? "nobody"}`),
    ];
    if (parts.length === 0) return;
    this.#lines.push(`${String(this.cluster.nowMs).padStart(5)} n${node.id} ${inputText(input)}`);
    for (const part of parts) this.#lines.push(`           ${part}`);
  }
}

class EvenRandom extends SeededRandom {
  override below(): number {
    return 0;
  }
}

/** Heartbeats go on all the time; what they cause shows anyway. */
function isWorthALine(message: Message): boolean {
  return message.kind !== "heartbeat" && message.kind !== "heartbeat-ack";
}

function inputText(input: Input): string {
  switch (input.kind) {
    case "received":
      return `<- n${input.from} ${messageText(input.message)}`;
    case "propose":
      return `propose ${new TextDecoder().decode(input.bytes)}`;
    case "durable":
      return `disk has writes up to #${input.writeSequence}`;
    case "read":
      return `read ${input.id}`;
    case "state-durable":
      return `state durable below ${input.watermark}`;
    case "hand-over":
      return `hand over to n${input.to}`;
    case "lease":
      return `lease ${input.leaseMs} ms`;
    case "stand":
      return "stand";
    case "state-lost":
      return "the state is lost";
    case "install":
      return `install below ${input.watermark}`;
    case "keep-log":
      return `keep the log from ${input.from ?? "anywhere"}`;
    case "shorten-log":
      return `shorten the log to ${input.keep}`;
    case "change":
      return `change to ${membershipText(input.membership)}`;
    case "tick":
      return "tick";
  }
}

function writeText(write: Write): string {
  switch (write.kind) {
    case "promised":
      return `write promised ${formatBallot(write.ballot)}`;
    case "entry": {
      const { slot, ballot, value, chosen } = write.entry;
      return `write s${slot} ${textOf(value)} ${chosen ? "as chosen" : `at ${formatBallot(ballot)}`}`;
    }
    case "learned":
      return `write learned ${write.watermark}`;
    case "install":
      return `write install ${write.watermark}`;
    case "truncate":
      return `write truncate ${write.below}`;
    case "membership":
      return `write from s${write.since} on ${membershipText(write.membership)}`;
  }
}

function membershipText({ epoch, members }: Membership): string {
  const names = members.map(({ id, role }) => `n${id}${role === "learner" ? "?" : ""}`);
  return `membership ${epoch}: ${names.join(" ")}`;
}

function noticeText(notice: Notice): string {
  switch (notice.kind) {
    case "alarm":
      return `ALARM ${notice.text}`;
    case "stepped-down":
      return `STEPPED DOWN from ${formatBallot(notice.ballot)}: ${notice.reason}`;
    case "following":
      return `FOLLOWING n${notice.leader} at ${formatBallot(notice.ballot)}`;
    case "membership-changed":
      return `MEMBERSHIP ${notice.epoch}, HERE ${notice.role}`;
    case "membership-void":
      return `MEMBERSHIP ENTRY FOR ${notice.replaces} AT ${notice.epoch}`;
    case "membership-settled":
      return `MEMBERSHIP ${notice.epoch} SETTLED`;
    case "change-dropped":
      return `CHANGE TO ${notice.epoch} DROPPED: ${notice.reason}`;
    default:
      return `${notice.kind.replace("-", " ").toUpperCase()} ${formatBallot(notice.ballot)}`;
  }
}

function reportText(report: SlotReport): string {
  switch (report.kind) {
    case "damaged":
      return `s${report.slot} damaged`;
    case "chosen":
      return `s${report.slot} ${textOf(report.value)} chosen`;
    case "accepted":
      return `s${report.slot} ${textOf(report.value)} at ${formatBallot(report.ballot)}`;
  }
}

function messageText(message: Message): string {
  switch (message.kind) {
    case "prepare":
      return `prepare ${formatBallot(message.ballot)} from s${message.from}${message.handOver === 0 ? "" : ` handed over by ${formatBallot(message.handOver)}`}`;
    case "promise":
      return `promise ${formatBallot(message.ballot)} [${message.from}, ${message.next}) of ${message.end}: ${message.reports.map(reportText).join(", ") || "nothing"}`;
    case "reject":
      return `reject ${message.of} ${formatBallot(message.ballot)}, promised ${formatBallot(message.promised)}`;
    case "accept":
      return `accept ${formatBallot(message.ballot)} s${message.slot} ${textOf(message.value)}, chosen ${message.chosen}`;
    case "accepted":
      return `accepted ${formatBallot(message.ballot)} ${message.slots.map((slot) => `s${slot}`).join(" ")}`;
    case "heartbeat":
      return `heartbeat ${formatBallot(message.ballot)} chosen ${message.chosen}`;
    case "heartbeat-ack":
      return `heartbeat-ack ${formatBallot(message.ballot)} learned ${message.progress.learned}`;
    case "pre-vote":
      return `pre-vote ${formatBallot(message.ballot)}, learned ${message.learned}`;
    case "pre-vote-reply":
      return `pre-vote-reply ${formatBallot(message.ballot)} ${message.granted ? "granted" : "refused"}`;
    case "fetch":
      return `fetch from s${message.from}`;
    case "chosen":
      return `chosen from s${message.from}: ${message.values.map(textOf).join(", ") || "nothing"}`;
    case "hand-over":
      return `hand-over ${formatBallot(message.ballot)} chosen ${message.chosen}`;
    case "read-index":
      return "read-index";
    case "read-index-reply":
      return `read-index-reply ${message.index ?? "refused"}`;
  }
}
