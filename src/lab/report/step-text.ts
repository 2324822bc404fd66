import type { JsonObject, StepLine } from "../../node/trace-line.ts";
import { messageText, slotsText } from "./message-text.ts";
import { fieldText, items, part } from "./record-fields.ts";
import { valueText } from "./value-text.ts";

/** Messages that go to and fro all the time. */
const CHATTER: ReadonlySet<string> = new Set(["heartbeat", "heartbeat-ack"]);
/** Of a state, what a reader wants to hear of when it changes. */
const WATCHED = ["role", "serving", "leader", "damaged"] as const;

/** What a step shows: nothing but chatter, or lines for the node's column. */
export type StepShown =
  | { readonly kind: "quiet"; readonly heartbeats: number }
  | { readonly kind: "lines"; readonly lines: readonly string[] };

/** Tells the steps of one node in short lines; remembers its last state to tell what changed. */
export class StepText {
  readonly #nameOf: (node: string) => string;
  #view: JsonObject | undefined;
  /** The last write that something waits for. */
  #awaited: number | undefined;

  /** `nameOf` gives a member's name for its number. */
  constructor(nameOf: (node: string) => string) {
    this.#nameOf = nameOf;
  }

  /** The process is gone: what comes next is a new one. */
  forget(): void {
    this.#view = undefined;
    this.#awaited = undefined;
  }

  show(step: StepLine): StepShown {
    const isEventful = this.#isEventful(step.input);
    const changes = this.#changes(step);
    const effects = this.#effectLines(step.effects);
    const slot = step.effects["proposed"] === undefined ? "" : ` as #${fieldText(step.effects, "proposed")}`;
    const input = this.#inputText(step.input) + slot;
    this.#view = step.view;
    if (!isEventful && changes.length + effects.length === 0) {
      return { kind: "quiet", heartbeats: isChatter(step.input) ? 1 : 0 };
    }
    return { kind: "lines", lines: [input, ...[...effects, ...changes].map((line) => `  ${line}`)] };
  }

  /** Whether what came in is worth a line by itself. */
  #isEventful(input: JsonObject): boolean {
    switch (input["kind"]) {
      case "tick":
      case "state-durable":
        return false;
      case "durable": {
        const isAwaited = this.#awaited !== undefined && Number(input["writeSequence"]) >= this.#awaited;
        if (isAwaited) this.#awaited = undefined;
        return isAwaited;
      }
      case "received":
        return !isChatter(input);
      default:
        return true;
    }
  }

  #inputText(input: JsonObject): string {
    const field = (name: string): string => fieldText(input, name);
    switch (input["kind"]) {
      case "received":
        return `← ${this.#nameOf(field("from"))} ${messageText(part(input, "message"))}`;
      case "propose":
        return `propose ${valueText({ kind: "batch", bytes: part(input, "bytes") })}`;
      case "durable":
        return `on disk: write ${field("writeSequence")}`;
      case "read":
        return `read r${field("id")}`;
      case "state-lost":
        return "no state";
      case "install":
        return `install <${field("watermark")}`;
      case "keep-log":
        return `keep the log from ${field("from")}`;
      case "shorten-log":
        return `shorten the log to ${field("keep")}`;
      case "state-durable":
        return `state on disk <${field("watermark")}`;
      case "stand":
        return "asked to stand";
      case "hand-over":
        return `asked to hand over${input["to"] === 0 ? "" : ` to ${this.#nameOf(field("to"))}`}`;
      default:
        return field("kind");
    }
  }

  #effectLines(effects: JsonObject): readonly string[] {
    const lines: string[] = [];
    for (const notice of items(effects, "notices")) lines.push(this.#noticeText(notice));
    for (const { to, message } of sent(effects, "messages"))
      lines.push(`→ ${this.#names(to)} ${messageText(message)}`);
    const writes = items(effects, "writes")
      .map(writeText)
      .filter((text) => text !== "");
    if (writes.length > 0) lines.push(`write ${fieldText(effects, "writeSequence")}: ${writes.join("; ")}`);
    for (const { to, message } of sent(effects, "messagesAfterWrites")) {
      lines.push(`⇢ ${this.#names(to)} ${messageText(message)}`);
    }
    if (writes.length > 0) this.#awaited = Number(effects["writeSequence"]);
    const chosen = items(effects, "chosen").map((entry) => Number(entry["slot"]));
    if (chosen.length > 0) lines.push(`chosen ${slotsText(chosen.filter(Number.isSafeInteger))}`);
    for (const read of items(effects, "reads")) {
      const index = read["index"] === undefined ? "refused" : `=${fieldText(read, "index")}`;
      lines.push(`read r${fieldText(read, "id")} ${index}`);
    }
    return lines;
  }

  #noticeText(notice: JsonObject): string {
    const ballot = fieldText(notice, "ballot");
    switch (notice["kind"]) {
      case "became-candidate":
        return `★ candidate ${ballot}`;
      case "became-leader":
        return `★ leads ${ballot}`;
      case "serving":
        return `★ serves ${ballot}`;
      case "stepped-down":
        return `★ steps down ${ballot}: ${fieldText(notice, "reason")}`;
      case "following":
        return `★ follows ${this.#nameOf(fieldText(notice, "leader"))} ${ballot}`;
      case "slow-disk":
        return `★ slow disk ${ballot}, hands over to ${this.#nameOf(fieldText(notice, "target"))}`;
      case "alarm":
        return `★ ALARM ${fieldText(notice, "text")}`;
      default:
        return `★ ${fieldText(notice, "kind")}`;
    }
  }

  /** Changes of state that no notice tells. */
  #changes({ view, effects }: StepLine): readonly string[] {
    const before = this.#view;
    if (before === undefined) return [`is ${this.stateText(view)}`];
    const told = new Set(items(effects, "notices").map((notice) => notice["kind"]));
    return WATCHED.flatMap((field) => {
      if (before[field] === view[field]) return [];
      switch (field) {
        case "role":
          return told.size > 0 ? [] : [`★ ${fieldText(view, "role")}`];
        case "serving":
          return view["serving"] === true || told.has("stepped-down") ? [] : ["★ serves no more"];
        case "leader":
          return view["leader"] === 0 && !told.has("stepped-down") ? ["★ hears no leader"] : [];
        default:
          return [`★ ${fieldText(view, "damaged")} damaged`];
      }
    });
  }

  /** A node's state on a line. */
  stateText(view: JsonObject): string {
    const field = (name: string): string => fieldText(view, name);
    const isFollowing = view["role"] === "follower" && view["leader"] !== 0;
    const who = isFollowing ? `follower of ${this.#nameOf(field("leader"))}` : field("role");
    const promised = view["promised"] === view["ballot"] ? "" : `, promised ${field("promised")}`;
    const damaged = view["damaged"] === 0 ? "" : `, ${field("damaged")} damaged`;
    return `${who} ${field("ballot")}${promised}, chosen <${field("chosen")}${damaged}`;
  }

  #names(to: readonly string[]): string {
    return to.map((node) => this.#nameOf(node)).join(" ");
  }
}

interface Sent {
  readonly to: string[];
  readonly message: JsonObject;
}

/** What is sent, without chatter; the same to several in a row is one message. */
function sent(effects: JsonObject, field: string): readonly Sent[] {
  const all: Sent[] = [];
  for (const envelope of items(effects, field)) {
    const message = part(envelope, "message");
    if (envelope["message"] === undefined || CHATTER.has(fieldText(message, "kind"))) continue;
    const { to } = envelope;
    const names = (Array.isArray(to) ? to : [to]).map(String);
    const last = all[all.length - 1];
    if (last !== undefined && messageText(last.message) === messageText(message)) last.to.push(...names);
    else all.push({ to: names, message });
  }
  return all;
}

/** Nothing for what is told otherwise: the learned watermark rises with each chosen slot. */
function writeText(write: JsonObject): string {
  switch (write["kind"]) {
    case "promised":
      return `promise ${fieldText(write, "ballot")}`;
    case "entry": {
      const entry = part(write, "entry");
      const how = entry["chosen"] === true ? "chosen" : `at ${fieldText(entry, "ballot")}`;
      return `#${fieldText(entry, "slot")} ${how}`;
    }
    case "learned":
      return "";
    case "install":
      return `install <${fieldText(write, "watermark")}`;
    case "truncate":
      return `drop <${fieldText(write, "below")}`;
    default:
      return fieldText(write, "kind");
  }
}

function isChatter(input: JsonObject): boolean {
  return CHATTER.has(fieldText(part(input, "message"), "kind"));
}
