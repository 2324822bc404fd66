import { healthRoutes } from "./health-routes.ts";
import { ITEM_PATCH } from "./item-patch.ts";
import { ITEM_READ } from "./item-reads.ts";
import { ITEM_WRITES } from "./item-writes.ts";
import { LEASE_ROUTES } from "./lease-routes.ts";
import { LOCK_ROUTES } from "./lock-routes.ts";
import { type MetricsOptions, metricsRoute } from "./metrics-route.ts";
import { RANGE_ROUTES } from "./range-routes.ts";
import type { Method, Route } from "./route.ts";
import { SEED_MODIFY } from "./seed-modify.ts";
import { SEED_READS } from "./seed-reads.ts";
import { SEED_WRITES } from "./seed-writes.ts";
import { TXN_ROUTES } from "./txn-routes.ts";
import { WATCH_ROUTE } from "./watch-routes.ts";

const ITEMS: readonly Route[] = [ITEM_READ, ...ITEM_WRITES, ITEM_PATCH, ...RANGE_ROUTES, ...TXN_ROUTES];

/** Every route, as data. */
export function allRoutes(options: MetricsOptions): readonly Route[] {
  return [
    ...SEED_READS,
    ...SEED_WRITES,
    SEED_MODIFY,
    ...ITEMS,
    ...LEASE_ROUTES,
    ...LOCK_ROUTES,
    WATCH_ROUTE,
    ...healthRoutes(options),
    metricsRoute(options),
  ];
}

export function methodsOf({ method }: Pick<Route, "method">): readonly Method[] {
  return method === "GET, HEAD" ? ["GET", "HEAD"] : [method];
}

/** The methods that a path knows, sorted; empty when there is no such path. */
export function allowedMethods(routes: readonly Route[], path: string): readonly Method[] {
  const methods = routes.filter((route) => matches(route.path, path)).flatMap(methodsOf);
  return [...new Set(methods)].sort();
}

function matches(pattern: string, path: string): boolean {
  const parts = pattern.split("/");
  const found = path.split("/");
  if (parts.at(-1) === "*") return found.length >= parts.length && path.startsWith(pattern.slice(0, -1));
  return (
    parts.length === found.length &&
    parts.every((part, index) => part.startsWith(":") || part === found[index])
  );
}
