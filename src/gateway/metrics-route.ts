import type { HealthOptions } from "./health-routes.ts";
import { nodeMetrics } from "./node-metrics.ts";
import type { Route } from "./route.ts";
import { TEXT } from "./schemas.ts";

const STATUS_MS = 2_000;
/** The text format that every version of Prometheus reads. */
const TYPE = "text/plain; version=0.0.4; charset=utf-8";

export interface MetricsOptions extends HealthOptions {
  /** What the process measures of itself; nothing when absent. */
  readonly processMetrics?: () => Promise<string>;
}

/** `/metrics`: figures, never keys or values, so it needs no principal. */
export function metricsRoute(options: MetricsOptions): Route {
  return {
    method: "GET, HEAD",
    path: "/metrics",
    access: "none",
    bodyBytesMax: 0,
    parameters: [],
    document: {
      tag: "health",
      summary: "What this node and its process measure, for Prometheus.",
      replies: { 200: { describe: "one figure on a line", content: { "text/plain": TEXT } } },
    },
    plan: () => ({
      touches: [],
      act: async ({ client }) => {
        const status = await client.status(options.address, { timeoutMs: STATUS_MS });
        const parts = await Promise.all([nodeMetrics(status), options.processMetrics?.() ?? ""]);
        return {
          status: 200,
          headers: { "Cache-Control": "no-store" },
          body: { kind: "bytes", type: TYPE, bytes: new TextEncoder().encode(parts.join("")) },
        };
      },
    }),
  };
}
