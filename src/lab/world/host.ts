import type { Clock, Timer, Timers } from "../../base/seams.ts";
import type { Scheduler } from "./scheduler.ts";
import type { SeededRandom } from "./seeded-random.ts";

/** A timer fires up to this much late, as the loop of a real process makes it. */
const TIMER_LATE_MS_MAX = 1;

/** Thrown through a process's own code at the moment at which it is killed: nothing of it runs afterwards. */
export class ProcessKilled extends Error {
  override readonly name = "ProcessKilled";
}

/** One that fires again and again is set again and again. */
class HostTimer implements Timer {
  readonly action: () => void;
  readonly fire: () => void;
  isCancelled = false;
  /** Its next event. */
  scheduled: Timer | undefined;
  /** When it was set last: in which life, how long the machine had stood still by then, and when it is due. */
  life = 0;
  suspendedMs = 0;
  dueMs: number | undefined;

  constructor(action: () => void, onFire: (timer: HostTimer) => void) {
    this.action = action;
    this.fire = () => onFire(this);
  }

  cancel(): void {
    this.isCancelled = true;
    this.scheduled?.cancel();
  }
}

export type HostState = "down" | "running" | "paused";

export interface HostDeps {
  readonly name: string;
  readonly scheduler: Scheduler;
  readonly random: SeededRandom;
  /** What a second of virtual time is on this machine's monotonic clock, 1 when it runs true. */
  readonly clockRate: number;
  /** The process was killed by a ProcessKilled; the host is down by now. */
  readonly onKilled: (how: string) => void;
  /** Whether a turn of this process may settle a promise that its own work waits for. */
  readonly usesPromises: () => boolean;
}

/** One machine with one process on it: its clocks, its timers, and what it takes to kill or stop it. */
export class Host implements Clock, Timers {
  readonly name: string;
  readonly #deps: HostDeps;
  readonly #startMs: number;
  #state: HostState = "down";
  /** Counts processes: what was meant for an earlier one is dropped. */
  #life = 0;
  /** What became due while the process was stopped, timers before everything else. */
  #heldTimers: (() => void)[] = [];
  #held: (() => void)[] = [];
  /** While the whole machine stands still: since when. */
  #suspendedAtMs: number | undefined;
  /** For how long, in virtual time, it has stood still so far: its clock and its timers lack that much. */
  #suspendedMs = 0;
  #onWake: (() => void)[] = [];
  #leaptMs = 0;
  #wallMs: number;
  /** Set while a stopping process waits for promises of its own. */
  awaitsPromises = false;

  constructor(deps: HostDeps) {
    this.name = deps.name;
    this.#deps = deps;
    this.#startMs = deps.random.below(1_000_000);
    this.#wallMs = 1_700_000_000_000 + deps.random.below(60_000);
  }

  get state(): HostState {
    return this.#state;
  }

  get life(): number {
    return this.#life;
  }

  nowMs(): number {
    const virtualMs = this.#suspendedAtMs ?? this.#deps.scheduler.nowMs;
    return this.#startMs + this.#leaptMs + (virtualMs - this.#suspendedMs) * this.#deps.clockRate;
  }

  wallMs(): number {
    return this.#wallMs + this.#deps.scheduler.nowMs;
  }

  /** How much further than it ran the monotonic clock has come. */
  get leaptMs(): number {
    return this.#leaptMs;
  }

  jumpWallClock(byMs: number): void {
    this.#wallMs += byMs;
  }

  /** The monotonic clock goes on from a later time, as after a migration; no timer knows. */
  leap(byMs: number): void {
    this.#leaptMs += byMs;
  }

  /** Starts a process; `main` is its first turn. */
  start(main: () => void): void {
    this.#state = "running";
    this.#life++;
    this.awaitsPromises = false;
    this.#execute(main);
  }

  /** As SIGKILL does; harmless when the process is down. */
  kill(): void {
    this.#state = "down";
    this.#life++;
    this.#wake();
    this.#heldTimers = [];
    this.#held = [];
  }

  /** As SIGSTOP does: clocks go on, the process does not. */
  pause(): void {
    if (this.#state === "running") this.#state = "paused";
  }

  /** The machine stands still, and its monotonic clock with it; `resume` lets it go on. */
  suspend(): void {
    if (this.#state !== "running") return;
    this.pause();
    this.#suspendedAtMs = this.#deps.scheduler.nowMs;
  }

  /** As SIGCONT does: first the timers that are overdue, then what came in. */
  resume(): void {
    if (this.#state !== "paused") return;
    this.#state = "running";
    this.#wake();
    const held = [...this.#heldTimers, ...this.#held];
    this.#heldTimers = [];
    this.#held = [];
    const { scheduler } = this.#deps;
    for (const action of held) scheduler.after(0, this.#inThisLife(action));
  }

  after(delayMs: number, action: () => void): Timer {
    return this.#set(this.#newTimer(action), delayMs);
  }

  /** For the work of a process that is done in promises. */
  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.after(ms, () => {
        this.#deps.scheduler.notePromises();
        resolve();
      });
    });
  }

  every(periodMs: number, action: () => void): Timer {
    const timer: HostTimer = this.#newTimer(() => {
      this.#set(timer, periodMs);
      action();
    });
    return this.#set(timer, periodMs);
  }

  soon(action: () => void): void {
    this.#deps.scheduler.after(0, this.#inThisLife(action));
  }

  /** Something from outside that this process is to see after `delayMs`, unless it is another by then. */
  deliver(delayMs: number, action: () => void): void {
    this.#deps.scheduler.after(delayMs, this.#inThisLife(action));
  }

  /** Runs `action` as a turn of this process now, or once it goes on. */
  turn(action: () => void): void {
    if (this.#state === "paused") this.#held.push(action);
    else this.#execute(action);
  }

  #wake(): void {
    if (this.#suspendedAtMs === undefined) return;
    this.#suspendedMs += this.#deps.scheduler.nowMs - this.#suspendedAtMs;
    this.#suspendedAtMs = undefined;
    const due = this.#onWake;
    this.#onWake = [];
    for (const action of due) action();
  }

  #inThisLife(action: () => void): () => void {
    const life = this.#life;
    return () => {
      if (life === this.#life) this.turn(action);
    };
  }

  #newTimer(action: () => void): HostTimer {
    return new HostTimer(action, (timer) => this.#onFire(timer));
  }

  #set(timer: HostTimer, delayMs: number): Timer {
    const { scheduler, random, clockRate } = this.#deps;
    const lateMs = random.fraction() * TIMER_LATE_MS_MAX;
    timer.life = this.#life;
    timer.suspendedMs = this.#suspendedMs;
    timer.dueMs = undefined;
    timer.scheduled = scheduler.after(delayMs / clockRate + lateMs, timer.fire);
    return timer;
  }

  #onFire(timer: HostTimer): void {
    if (timer.isCancelled) return;
    const { scheduler } = this.#deps;
    timer.dueMs ??= scheduler.nowMs;
    const lackingMs = this.#suspendedMs - timer.suspendedMs;
    if (this.#suspendedAtMs !== undefined) this.#onWake.push(timer.fire);
    else if (lackingMs === 0) this.#onDue(timer);
    else scheduler.at(timer.dueMs + lackingMs, () => this.#onDue(timer));
  }

  #onDue(timer: HostTimer): void {
    if (timer.isCancelled || timer.life !== this.#life) return;
    if (this.#state !== "paused") this.#execute(timer.action);
    else this.#heldTimers.push(() => timer.isCancelled || timer.action());
  }

  #execute(action: () => void): void {
    if (this.#deps.usesPromises() || this.awaitsPromises) this.#deps.scheduler.notePromises();
    try {
      action();
    } catch (thrown) {
      if (!(thrown instanceof ProcessKilled)) throw thrown;
      this.kill();
      this.#deps.onKilled(thrown.message);
    }
  }
}
