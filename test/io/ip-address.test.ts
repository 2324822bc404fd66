import t from "tap";
import { isIpAddress } from "../../src/io/ip-address.ts";

t.test("an address is told from a name", async (t) => {
  for (const text of ["127.0.0.1", "::1", "fd00::7"]) t.equal(isIpAddress(text), true, text);
  for (const text of ["localhost", "", "127.0.0.1:7400", "1.2.3", "1.2.3.256"])
    t.equal(isIpAddress(text), false, text);
});
