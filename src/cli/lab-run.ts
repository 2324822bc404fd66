import { Tally } from "../lab/report/tally.ts";
import { shrink } from "../lab/shrink.ts";
import type { Fault } from "../lab/world/swarm-plan.ts";
import { campaign } from "./campaign.ts";
import { failureOf, type LabFailure } from "./lab-failure.ts";
import { SEED_MAX, type SeedRange } from "./lab-options.ts";
import type { SeedOutcome, SeedTask } from "./lab-seed.ts";
import { WorkerPool } from "./worker-pool.ts";

/** Real time after which a seed, which takes seconds, surely hangs. */
const SEED_MS_MAX = 10 * 60_000;
/** How many seeds may be under way or wait for a slower one with a lower number, for each thread. */
const AHEAD_PER_JOB = 16;
/** The first failures are worth the many runs of shrinking; more of them have the same cause as a rule. */
const SHRUNK_MAX = 5;
/** Failures beyond these are counted, not kept. */
const KEPT_MAX = 100;

export interface LabRunPlan {
  readonly seeds: SeedRange;
  /** When given, the run goes on beyond the range until so much real time is over. */
  readonly minutes: number | undefined;
  readonly jobs: number;
  readonly without: readonly Fault[];
  readonly shrinks: boolean;
}

/** No outcome depends on any of these but the worker. */
export interface LabRunDeps {
  /** The module of the threads that run the seeds. */
  readonly worker: URL;
  /** Real time. */
  readonly nowMs: () => number;
  readonly onSeed: (run: LabRun) => void;
  readonly onFailure: (failure: LabFailure) => void;
}

/** Many seeds on several threads; what came of them, in the order of the seeds. */
export class LabRun {
  readonly tally = new Tally();
  readonly failures: LabFailure[] = [];
  readonly plan: LabRunPlan;
  readonly #deps: LabRunDeps;
  readonly #startMs: number;
  readonly #pool: WorkerPool<SeedTask, SeedOutcome>;

  constructor(plan: LabRunPlan, deps: LabRunDeps) {
    this.plan = plan;
    this.#deps = deps;
    this.#startMs = deps.nowMs();
    this.#pool = new WorkerPool({
      module: deps.worker,
      threads: plan.jobs,
      taskMsMax: SEED_MS_MAX,
    });
  }

  get realMs(): number {
    return this.#deps.nowMs() - this.#startMs;
  }

  /** How much of the work is done, 0..1. */
  get fraction(): number {
    const { seeds, minutes } = this.plan;
    return minutes === undefined
      ? this.tally.seeds / (seeds.last - seeds.first + 1)
      : this.realMs / (minutes * 60_000);
  }

  /** Ends when all is done, or with `interrupt`, and takes all threads with it. */
  async execute(interrupt: Promise<"interrupted">): Promise<void> {
    const { seeds, minutes, jobs, without } = this.plan;
    const outcomes = campaign(
      {
        first: seeds.first,
        last: minutes === undefined ? seeds.last : SEED_MAX,
        ahead: AHEAD_PER_JOB * jobs,
        run: (seed) => this.#run({ seed, without }, false),
        isOver: () => minutes !== undefined && this.fraction >= 1,
      },
      interrupt,
    );
    try {
      for await (const outcome of outcomes) {
        this.tally.add(outcome);
        if (outcome.failure !== undefined) await this.#fail(outcome, interrupt);
        this.#deps.onSeed(this);
      }
    } finally {
      await this.#pool.close();
    }
  }

  async #fail(outcome: SeedOutcome, interrupt: Promise<"interrupted">): Promise<void> {
    if (this.failures.length >= KEPT_MAX) return;
    const shrinks = this.plan.shrinks && this.failures.length < SHRUNK_MAX;
    const shrunk = shrinks ? await Promise.race([this.#shrink(outcome), interrupt]) : "unchanged";
    const failure = typeof shrunk === "string" ? failureOf(outcome, false) : failureOf(shrunk, true);
    if (failure === undefined) return;
    this.failures.push(failure);
    this.#deps.onFailure(failure);
  }

  #shrink(outcome: SeedOutcome): Promise<SeedOutcome> {
    return shrink(outcome, (without) => this.#run({ seed: outcome.seed, without }, true));
  }

  async #run(task: SeedTask, isUrgent: boolean): Promise<SeedOutcome> {
    try {
      return await this.#pool.run(task, isUrgent);
    } catch (error) {
      const report = error instanceof Error ? (error.stack ?? error.message) : String(error);
      const failure = { violated: "a seed comes to its end", report };
      return { ...task, faults: [], events: 0, virtualMs: 0, operations: 0, counts: new Map(), failure };
    }
  }
}
