import type { Clock, Crypto } from "../base/seams.ts";
import type { Log } from "../node/log.ts";
import type { Step } from "../node/step.ts";
import { StepTrace } from "../node/step-trace.ts";
import { TRACE_VERSION } from "../node/trace-line.ts";
import type { Identity } from "../storage/storage.ts";
import { EXIT_CODES } from "./exit-codes.ts";
import { ProgramError } from "./program-error.ts";
import { TraceFile } from "./trace-file.ts";
import { VERSION } from "./version.ts";

/** Wall time is said again this often: clocks drift apart, and a wall clock may be set. */
const CLOCK_EVERY_MS = 10_000;

export interface NodeTraceDeps {
  readonly clock: Clock;
  readonly crypto: Pick<Crypto, "crc32">;
  readonly log: Log;
}

/** Everything that the protocol of one node did, and what it logged, in a file. */
export class NodeTrace {
  readonly #deps: NodeTraceDeps;
  readonly #node: string;
  readonly #steps: StepTrace;
  readonly #file: TraceFile;
  #clockMs: number;

  /** Throws a ProgramError when the file cannot be opened. */
  constructor(path: string, identity: Identity, deps: NodeTraceDeps) {
    const { clock, crypto, log } = deps;
    const { members } = identity.joined ?? identity.genesis;
    this.#deps = deps;
    this.#node = members.find(({ id }) => id === identity.node)?.name ?? `${identity.node}`;
    this.#steps = new StepTrace({ node: this.#node, crypto });
    this.#file = open(path, {
      nowMs: () => clock.nowMs(),
      onTrouble: ({ message }) => log("warning", "trace_ended", { path, reason: message }),
    });
    this.#clockMs = clock.nowMs();
    this.#file.add({
      type: "trace",
      version: TRACE_VERSION,
      writer: `kvd ${VERSION}`,
      node: this.#node,
      members: Object.fromEntries(members.map(({ id, name }) => [id, name])),
      at: Math.round(this.#clockMs * 1000) / 1000,
      wallMs: clock.wallMs(),
    });
  }

  readonly onStep = (step: Step): void => {
    const text = this.#steps.encode(step, step.nowMs);
    if (text === undefined) return;
    this.#tellClock(step.nowMs);
    this.#file.addText(text);
  };

  /** The node's own log, which the trace gets, too. */
  readonly log: Log = (level, event, fields) => {
    this.#deps.log(level, event, fields);
    if (level === "debug") return;
    const at = this.#deps.clock.nowMs();
    this.#file.add({ type: "event", at, who: this.#node, kind: event, detail: JSON.stringify(fields) });
  };

  /** Writes what waits before it returns. */
  flushNow(): void {
    this.#file.flushNow();
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  #tellClock(at: number): void {
    if (at - this.#clockMs < CLOCK_EVERY_MS) return;
    this.#clockMs = at;
    this.#file.add({ type: "clock", at, wallMs: this.#deps.clock.wallMs() });
  }
}

function open(path: string, deps: ConstructorParameters<typeof TraceFile>[1]): TraceFile {
  try {
    return new TraceFile(path, deps);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "unknown error";
    throw new ProgramError(`cannot write the trace '${path}': ${code}`, {
      exitCode: EXIT_CODES.local,
      code: "trace",
      cause: error,
    });
  }
}
