import t from "tap";
import { metricIn, statusBytes } from "./node-sample.ts";

t.test("figures are found by their whole name", async (t) => {
  const text = '# HELP kvd_keys keys\nkvd_keys_more 3\nkvd_keys 12\nkvd_peer_up{peer="n2"} 1\n';
  t.equal(metricIn(text, "kvd_keys"), 12);
  t.ok(Number.isNaN(metricIn(text, "kvd_key")));
});

t.test("memory is told in bytes", async (t) => {
  const status = "Name:\tnode\nVmRSS:\t  1024 kB\nRssAnon:\t      10 kB\n";
  t.equal(statusBytes(status, "VmRSS"), 2 ** 20);
  t.equal(statusBytes(status, "RssAnon"), 10_240);
  t.ok(Number.isNaN(statusBytes(status, "VmSwap")));
});
