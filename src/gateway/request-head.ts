import type { IncomingMessage } from "node:http";
import { badRequest } from "./http-error.ts";

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
  const hosts = rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === "host").length;
  if (hosts > 1) throw badRequest("the header Host comes twice; it can have one value");
  if (hosts === 0 && httpVersion === "1.1") throw badRequest("the header Host is missing");
}
