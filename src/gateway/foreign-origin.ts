import type { IncomingHttpHeaders } from "node:http";
import { HttpError } from "./http-error.ts";

/**
 * Refuses what a page of another site makes a browser send. Nobody gave such a page leave (there is no CORS here),
 * but a browser asks only before it shows an answer: a plain POST it sends, also to a loopback address.
 */
export function refuseForeignOrigin({ origin, host }: IncomingHttpHeaders): void {
  if (origin === undefined || hostOf(origin) === host) return;
  throw new HttpError(403, "forbidden", `a page of ${origin.slice(0, 60)} may not ask here`);
}

function hostOf(origin: string): string | undefined {
  return /^https?:\/\/([^/]+)$/.exec(origin)?.[1];
}
