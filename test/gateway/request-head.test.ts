import t from "tap";
import { refuseHead } from "../../src/gateway/request-head.ts";

const head = (httpVersion: string, ...rawHeaders: string[]) => ({ httpVersion, rawHeaders });

t.test("a request is of HTTP/1, and names its host once", async (t) => {
  for (const good of [head("1.1", "Host", "a"), head("1.0"), head("1.1", "X", "host", "hOST", "")])
    t.doesNotThrow(() => refuseHead(good));
  t.throws(() => refuseHead(head("0.9")), { status: 400, message: /HTTP\/1\.1 is spoken here/ });
  t.throws(() => refuseHead(head("1.1")), { status: 400, message: /Host is missing/ });
  for (const version of ["1.0", "1.1"])
    t.throws(() => refuseHead(head(version, "Host", "a", "host", "a")), { message: /comes twice/ });
  for (const name of ["Idempotency-Key", "Kvd-Fence"])
    t.throws(() => refuseHead(head("1.1", "Host", "a", name, "k", "x", "y", name.toLowerCase(), "k")), {
      status: 400,
      message: `the header ${name} comes twice; it can have one value`,
    });
});
