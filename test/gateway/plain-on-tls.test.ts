import { once } from "node:events";
import { createServer, request } from "node:https";
import { type AddressInfo, connect } from "node:net";
import type { Test } from "tap";
import t from "tap";
import { refuseConnection } from "../../src/gateway/connection-refusal.ts";
import { answerPlainHttp } from "../../src/gateway/plain-on-tls.ts";
import { TEST_CERT, TEST_KEY } from "./certificate.ts";

/** A server that speaks TLS, and where it listens. */
async function listening(t: Test) {
  const server = createServer({ cert: TEST_CERT, key: TEST_KEY }, (_request, response) =>
    response.end("hello"),
  );
  const timers = { after: () => ({ cancel: () => undefined }) };
  answerPlainHttp(server, (error, connection) => refuseConnection(error, connection, timers));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.teardown(() => server.close());
  return (server.address() as AddressInfo).port;
}

/** All that comes back for these bytes, until the other side ends. */
async function told(port: number, bytes: string): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  let all = "";
  socket.on("data", (part: Buffer) => {
    all += part.toString("latin1");
  });
  socket.on("error", () => undefined);
  socket.write(bytes);
  await once(socket, "close");
  return all;
}

t.test("plain HTTP sent to a port with TLS is told so", async (t) => {
  const port = await listening(t);
  const answer = await told(port, "GET /livez HTTP/1.1\r\nHost: x\r\n\r\n");
  t.match(answer, /^HTTP\/1\.1 400 Bad Request\r\n.*Connection: close.*TLS is spoken here.*https:/s);
  t.notMatch(await told(port, "nonsense\r\n\r\n"), /HTTP/, "what is neither gets no answer of HTTP");
});

t.test("whoever speaks TLS is answered, on a new connection after a plain one, too", async (t) => {
  const port = await listening(t);
  for (let round = 0; round < 2; round++) {
    await told(port, "GET / HTTP/1.0\r\n\r\n");
    const asked = request({ port, host: "127.0.0.1", ca: TEST_CERT, agent: false });
    asked.end();
    const [response] = await once(asked, "response");
    t.equal(response.statusCode, 200);
    response.resume();
    await once(response, "end");
  }
});
