import t from "tap";
import { refuseForeignHost } from "../../src/gateway/foreign-host.ts";
import { simulatedGateway } from "./simulated-gateway.ts";

t.test("a page whose name resolves to loopback reads and changes nothing", async (t) => {
  const { ask, world } = simulatedGateway(t);
  const headers = {
    host: "evil.example",
    origin: "http://evil.example",
    "sec-fetch-site": "same-origin",
  };
  for (const line of ["POST /kv/set?key=a&value=1", "GET /kv/keys", "GET /livez", "GET /docs/", "GET /x"])
    t.match(
      await ask(line, { headers }),
      {
        status: 403,
        json: { code: "forbidden", detail: /the Host evil\.example is not served: .*localhost/ },
      },
      line,
    );
  t.equal(world.revision, 0);
});

t.test("names and addresses of loopback and of the listener are served, at any port", async (t) => {
  const good = [
    "localhost",
    "LOCALHOST:7480",
    "127.0.0.1:1",
    "127.1.2.3",
    "[::1]",
    "[::1]:7480",
    "kv.example:1",
  ];
  for (const host of good) t.doesNotThrow(() => refuseForeignHost({ host }, "kv.example"), host);
  t.doesNotThrow(() => refuseForeignHost({ host: "[fd00::1]:1" }, "fd00::1"));
  for (const host of [
    "",
    "evil.example:7480",
    "localhost.evil.example",
    "127.0.0.1.evil.example",
    "evil.example:127.0.0.1",
    "[::1].evil.example",
    "user@localhost",
    "127.0.0.x",
    "10.0.0.1",
  ])
    t.throws(() => refuseForeignHost({ host }, "127.0.0.1"), {
      status: 403,
      message: `the Host ${host} is not`,
    });
});

t.test("where a name is needed, whatever has none is refused, HTTP/1.0 as well", async (t) => {
  t.throws(() => refuseForeignHost({}, "127.0.0.1"), { status: 400, message: /Host is missing/ });
});

t.test("where a token is needed any name will do", async (t) => {
  t.doesNotThrow(() => refuseForeignHost({}, undefined), "HTTP/1.0");
  t.doesNotThrow(() => refuseForeignHost({ host: "kv.example" }, undefined));
});
