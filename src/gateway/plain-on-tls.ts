import type { Server } from "node:https";
import type { Duplex } from "node:stream";
import type { ParserError } from "./connection-refusal.ts";

/** The other side of a connection; undefined when it was gone before anybody asked. */
interface Ends {
  readonly remoteAddress?: string | undefined;
  readonly remotePort?: number | undefined;
}

/**
 * Has `answer` told of those who speak plain HTTP to a server that speaks TLS, with the connection below it: the
 * encrypted one is gone by then, and whoever gets no answer looks for the fault elsewhere.
 */
export function answerPlainHttp(
  server: Server,
  answer: (error: ParserError, connection: Duplex) => void,
): void {
  /** Connections whose handshake is not over yet. */
  const opening = new Map<string, Duplex>();
  server.prependListener("connection", (connection: Duplex & Ends) => {
    const ends = textOf(connection);
    opening.set(ends, connection);
    connection.once("close", () => {
      if (opening.get(ends) === connection) opening.delete(ends);
    });
  });
  server.on("secureConnection", (secured) => opening.delete(textOf(secured)));
  server.on("tlsClientError", (error: ParserError, broken) => {
    const connection = opening.get(textOf(broken));
    if (error.code === "ERR_SSL_HTTP_REQUEST" && connection !== undefined) answer(error, connection);
  });
}

function textOf({ remoteAddress, remotePort }: Ends): string {
  return `${remoteAddress} ${remotePort}`;
}
