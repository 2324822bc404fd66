import t from "tap";
import { formatEndpoint, parseEndpoint } from "../../src/client/endpoint-text.ts";

t.test("an endpoint survives being printed and typed", async (t) => {
  for (const address of [
    { host: "127.0.0.1", port: 7400 },
    { host: "::1", port: 1 },
    { host: "db-1.example", port: 65_535 },
  ]) {
    t.same(parseEndpoint(formatEndpoint(address)), address);
  }
  t.same(parseEndpoint("localhost"), { host: "localhost", port: 7400 });
});

t.test("what is no endpoint is refused", async (t) => {
  for (const text of ["", ":", "a:0", "a:65536", "a:b", "::1", "a b:1", "[x]:1"]) {
    t.equal(parseEndpoint(text), undefined, text);
  }
});
