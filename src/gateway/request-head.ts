import type { IncomingMessage } from "node:http";
import { badRequest } from "./http-error.ts";

/** Node makes one value of two, which would mean something else than either. */
const ONCE = ["Host", "Idempotency-Key", "Kvd-Fence"] as const;

/**
 * Throws a 400 for a head that HTTP/1 parsers take and that one request cannot have: two readers on its way
 * could take it for two different ones.
 */
export function refuseHead({
  httpVersion,
  rawHeaders,
}: Pick<IncomingMessage, "httpVersion" | "rawHeaders">): void {
  if (httpVersion !== "1.1" && httpVersion !== "1.0")
    throw badRequest(`HTTP/1.1 is spoken here, not HTTP/${httpVersion}`);
  const names = rawHeaders.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase());
  for (const name of ONCE) {
    const count = names.filter((one) => one === name.toLowerCase()).length;
    if (count > 1) throw badRequest(`the header ${name} comes twice; it can have one value`);
  }
  if (!names.includes("host") && httpVersion === "1.1") throw badRequest("the header Host is missing");
}
