import { Duplex } from "node:stream";
import t from "tap";
import { refuseConnection } from "../../src/gateway/connection-refusal.ts";

/** A connection whose other side takes what comes and never closes. */
function connection() {
  let told = "";
  let act = (): void => undefined;
  const socket = new Duplex({
    autoDestroy: false,
    allowHalfOpen: true,
    read: () => undefined,
    write: (part: Buffer, _encoding, done) => {
      told += part.toString();
      done();
    },
  });
  const timers = {
    after: (_ms: number, action: () => void) => {
      act = action;
      return { cancel: () => undefined };
    },
  };
  return { socket, timers, told: () => told, letTimePass: () => act() };
}

t.test("what is no HTTP is answered with the reason, and its connection freed", async (t) => {
  const { socket, timers, told, letTimePass } = connection();
  const error = Object.assign(new Error("Parse Error"), { code: "HPE_INVALID", reason: "Bad length" });
  refuseConnection(error, socket, timers);
  t.match(told(), /^HTTP\/1\.1 400 Bad Request\r\n.*Connection: close.*no HTTP request: Bad length/s);
  const [, body = ""] = told().split("\r\n\r\n");
  t.match(JSON.parse(body), { status: 400, code: "bad_request", outcome: "not_applied" });
  t.notOk(socket.destroyed, "it may be read");
  letTimePass();
  t.ok(socket.destroyed, "whether the other side has closed or not");
});

t.test("a head that is too large, and one that never ends, have statuses of their own", async (t) => {
  for (const [code, status, text] of [
    ["HPE_HEADER_OVERFLOW", 431, /as the body/],
    ["ERR_HTTP_REQUEST_TIMEOUT", 408, /in time/],
    ["OTHER", 400, /no HTTP request/],
  ] as const) {
    const { socket, timers, told } = connection();
    refuseConnection(Object.assign(new Error("x"), { code }), socket, timers);
    t.ok(told().startsWith(`HTTP/1.1 ${status} `));
    t.match(told(), text);
  }
});

t.test("a connection that is gone is not answered", async (t) => {
  const { socket, timers, told } = connection();
  refuseConnection(Object.assign(new Error("x"), { code: "ECONNRESET" }), socket, timers);
  t.ok(socket.destroyed);
  t.equal(told(), "");
});
