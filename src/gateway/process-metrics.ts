import { Counter, collectDefaultMetrics, Histogram, Registry } from "prom-client";

/** From a quarter of a millisecond to ten seconds. */
const SECONDS = [0.000_25, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];
/** How exactly the delays of the event loop are told. */
const LOOP_PRECISION_MS = 20;

export interface AnsweredRequest {
  readonly method: string;
  /** As it stands in the table of routes: a key in a label would make a series of its own. */
  readonly path: string;
  readonly status: number;
  readonly elapsedMs: number;
}

/** What the process and its HTTP interface measure of themselves. */
export class ProcessMetrics {
  readonly #registry = new Registry();
  readonly #answered: Counter<"method" | "path" | "status">;
  readonly #seconds: Histogram<"method" | "path">;

  constructor() {
    const registers = [this.#registry];
    this.#answered = new Counter({
      name: "kvd_http_requests_total",
      help: "HTTP requests answered, by status",
      labelNames: ["method", "path", "status"],
      registers,
    });
    this.#seconds = new Histogram({
      name: "kvd_http_request_duration_seconds",
      help: "from the head of a request to the end of its answer; streams are not in it",
      labelNames: ["method", "path"],
      buckets: SECONDS,
      registers,
    });
  }

  /** Begins to watch the event loop and the garbage collector: once in a process. */
  watchProcess(): void {
    collectDefaultMetrics({ register: this.#registry, eventLoopMonitoringPrecision: LOOP_PRECISION_MS });
  }

  answered({ method, path, status, elapsedMs }: AnsweredRequest): void {
    this.#answered.inc({ method, path, status });
    this.#seconds.observe({ method, path }, elapsedMs / 1000);
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }
}
