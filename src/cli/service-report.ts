import { unreachable } from "../base/assert.ts";
import type { Clock, Timers } from "../base/seams.ts";
import type { ServiceManager } from "../io/sd-notify.ts";
import type { NodeStatus } from "../wire/client-messages.ts";

/** How often the node is looked at. */
const LOOK_MS = 1_000;
/** The least time between two texts. */
const TEXT_MS = 3_000;
/** How long the manager is asked to wait for a start that makes progress, and how often it is asked. */
const EXTENSION_MS = 60_000;
const EXTEND_EVERY_MS = 10_000;
/** A replay that stands still waits for other members: the rest of it cannot be waited for. */
const STILL_MS = 5_000;
/** A watchdog is told three times before it would bite. */
const PINGS_PER_WATCHDOG = 3;
/** A member with less than this to apply keeps up. */
const IN_STEP_SLOTS = 1_000;

/** What the report needs to know of a node. */
export type ReportedStatus = Pick<
  NodeStatus,
  "name" | "role" | "serving" | "leader" | "chosen" | "applied" | "alarms"
>;

export interface ServiceReportDeps {
  readonly manager: ServiceManager;
  readonly clock: Clock;
  readonly timers: Timers;
}

type Phase =
  | { readonly kind: "opening" }
  /** `target`: what the log was known to hold as chosen at the start; all below it is to be applied. */
  | { readonly kind: "replaying"; readonly target: number; applied: number; movedAtMs: number }
  | { readonly kind: "ready" }
  | { readonly kind: "stopping" };

/**
 * Tells the service manager how the node is. It is ready when it listens and has applied what its own disk
 * held, whether or not a majority answers: what the others do is no reason to start this one again.
 */
export class ServiceReport {
  readonly #deps: ServiceReportDeps;
  #phase: Phase = { kind: "opening" };
  #extendedAtMs: number;
  #text: string | undefined;
  #textAtMs = 0;

  /** From now on the manager hears that the start goes on, and the watchdog that the event loop turns. */
  constructor(deps: ServiceReportDeps) {
    this.#deps = deps;
    const { manager, timers, clock } = deps;
    this.#extendedAtMs = clock.nowMs();
    this.#extend();
    this.#say("opening the data directory");
    timers.every(EXTEND_EVERY_MS, () => {
      if (this.#phase.kind === "opening") this.#extend();
    });
    if (manager.watchdogMs !== undefined) {
      timers.every(manager.watchdogMs / PINGS_PER_WATCHDOG, () => manager.notify("WATCHDOG=1"));
    }
  }

  /** The node listens; `status` is asked once a second from now on. */
  listening(status: () => ReportedStatus): void {
    const { chosen, applied } = status();
    this.#phase = { kind: "replaying", target: chosen, applied, movedAtMs: this.#deps.clock.nowMs() };
    this.#look(status());
    this.#deps.timers.every(LOOK_MS, () => this.#look(status()));
  }

  stopping(): void {
    this.#phase = { kind: "stopping" };
    this.#deps.manager.notify("STOPPING=1");
    this.#say("handing over and closing");
  }

  #look(status: ReportedStatus): void {
    const phase = this.#phase;
    switch (phase.kind) {
      case "opening":
      case "stopping":
        return;
      case "replaying": {
        const nowMs = this.#deps.clock.nowMs();
        if (status.applied > phase.applied) {
          phase.applied = status.applied;
          phase.movedAtMs = nowMs;
        }
        const isWhole = status.applied >= phase.target;
        if (!isWhole && nowMs - phase.movedAtMs < STILL_MS) {
          this.#sayInTime(`replaying the log: slot ${rounded(status.applied)} of ${rounded(phase.target)}`);
          if (nowMs - this.#extendedAtMs >= EXTEND_EVERY_MS) this.#extend();
          return;
        }
        this.#phase = { kind: "ready" };
        // First, so that it stands there when `systemctl start` returns.
        this.#say(textOf(status));
        return this.#deps.manager.notify("READY=1");
      }
      case "ready":
        return this.#sayInTime(textOf(status));
      default:
        unreachable(phase);
    }
  }

  #extend(): void {
    this.#extendedAtMs = this.#deps.clock.nowMs();
    this.#deps.manager.notify(`EXTEND_TIMEOUT_USEC=${EXTENSION_MS * 1000}`);
  }

  /** Says it if it is news, and the last news is old enough. */
  #sayInTime(text: string): void {
    if (this.#deps.clock.nowMs() - this.#textAtMs >= TEXT_MS) this.#say(text);
  }

  #say(text: string): void {
    if (text === this.#text) return;
    this.#text = text;
    this.#textAtMs = this.#deps.clock.nowMs();
    this.#deps.manager.notify(`STATUS=${text}`);
  }
}

/** One line: who this is, what it does, how far it is behind, and what is wrong. */
function textOf(status: ReportedStatus): string {
  const lag = status.chosen - status.applied;
  const step = lag < IN_STEP_SLOTS ? "in step" : `${rounded(lag)} slots behind`;
  const alarms = status.alarms.length === 0 ? "" : `; alarms: ${status.alarms.join(", ")}`;
  return `${status.name} ${roleOf(status)}, ${step}${alarms}`;
}

function roleOf({ role, serving, leader }: ReportedStatus): string {
  if (role === "leader") return serving ? "leads" : "begins to lead";
  if (leader !== undefined && role === "follower") return `follows ${leader.name}`;
  return "has no leader: a majority of the members must answer";
}

/** With two digits that count: what moves all the time is no news. */
function rounded(count: number): string {
  return count < 100 ? `${count}` : `${Number(count.toPrecision(2))}`;
}
