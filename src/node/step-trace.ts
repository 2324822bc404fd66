import type { ReplicaView } from "../paxos/effects.ts";
import type { Step } from "./step.ts";
import { recordStep, type StepRecorderOptions } from "./step-record.ts";
import { encodeTraceLine, type StepLine, TRACE_LINE_BYTES_MAX } from "./trace-line.ts";

/** In a line that would be too long. */
const SHORT_LIST_MAX = 4;

/** The steps of one node as lines of a trace, without the ticks by which nothing changes. */
export class StepTrace {
  readonly #options: StepRecorderOptions;
  #view: ReplicaView | undefined;

  constructor(options: StepRecorderOptions) {
    this.#options = options;
  }

  /** The step at `at` ms, or undefined when it is an idle tick. */
  record(step: Step, at: number): StepLine | undefined {
    const isIdle = step.input.kind === "tick" && this.#isIdle(step);
    this.#view = step.view;
    return isIdle ? undefined : recordStep(step, at, this.#options);
  }

  /** The same as text with its line feed, of at most TRACE_LINE_BYTES_MAX characters. */
  encode(step: Step, at: number): string | undefined {
    const line = this.record(step, at);
    if (line === undefined) return undefined;
    const text = encodeTraceLine(line);
    if (text.length <= TRACE_LINE_BYTES_MAX) return text;
    return encodeTraceLine(recordStep(step, at, { ...this.#options, listMax: SHORT_LIST_MAX }));
  }

  #isIdle({ effects, view }: Step): boolean {
    const { writes, messages, messagesAfterWrites, chosen, reads, notices } = effects;
    const lists: readonly (readonly unknown[])[] = [
      writes,
      messages,
      messagesAfterWrites,
      chosen,
      reads,
      notices,
    ];
    if (lists.some((list) => list.length > 0)) return false;
    const before: Readonly<Record<string, unknown>> = { ...this.#view };
    return Object.entries(view).every(([field, value]) => before[field] === value);
  }
}
