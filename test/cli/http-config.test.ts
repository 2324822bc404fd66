import t from "tap";
import { httpConfig, httpConflict } from "../../src/cli/http-config.ts";

const loopback = { "http.listen": "127.0.0.1:7480", "http.auth": "off" } as const;
const everywhere = { "http.listen": "0.0.0.0:7480", "http.auth": "token" } as const;
const files = { "http.tls.cert": "c.pem", "http.tls.key": "k.pem" };

t.test("off loopback a token is needed, and for a token TLS", async (t) => {
  t.equal(httpConflict(loopback), undefined);
  t.equal(httpConflict({ ...loopback, ...files }), undefined);
  t.equal(httpConflict({ ...everywhere, ...files }), undefined);
  t.match(httpConflict({ ...everywhere, "http.auth": "off", ...files }), {
    key: "http.listen",
    rule: /everybody may do everything; elsewhere say http\.auth: token/,
  });
  for (const settings of [everywhere, { ...loopback, "http.auth": "token" as const }])
    t.match(httpConflict(settings), { key: "http.auth", rule: /no token goes over plain HTTP/ });
});

t.test("a certificate and its key go together", async (t) => {
  t.match(httpConflict({ ...loopback, "http.tls.cert": "c.pem" }), { key: "http.tls.key" });
  t.match(httpConflict({ ...loopback, "http.tls.key": "k.pem" }), { key: "http.tls.cert" });
});

t.test("what is off conflicts with nothing", async (t) => {
  t.equal(httpConflict({ "http.listen": "off", "http.auth": "token" }), undefined);
  t.equal(httpConfig({ "http.listen": "off", "http.auth": "off" }), undefined);
  t.same(httpConfig({ ...everywhere, ...files }), {
    listen: { host: "0.0.0.0", port: 7480 },
    auth: "token",
    tls: { cert: "c.pem", key: "k.pem" },
  });
});
