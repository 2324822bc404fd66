import type { HealthOptions } from "./health-routes.ts";
import { healthRoutes } from "./health-routes.ts";
import type { Method, Route } from "./route.ts";
import { SEED_MODIFY } from "./seed-modify.ts";
import { SEED_READS } from "./seed-reads.ts";
import { SEED_WRITES } from "./seed-writes.ts";

/** Every route, as data. */
export function allRoutes(options: HealthOptions): readonly Route[] {
  return [...SEED_READS, ...SEED_WRITES, SEED_MODIFY, ...healthRoutes(options)];
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
