import t from "tap";
import { STRUCK_OUT, withoutSecretSettings, withoutSecrets } from "../../src/cli/redaction.ts";
import { formatToken, newToken } from "../../src/io/principal-token.ts";

t.test("what is a secret by its form goes, wherever it stands", async (t) => {
  const token = formatToken(newToken("web"));
  const pem = "-----BEGIN PRIVATE KEY-----\nMIIabc\n-----END PRIVATE KEY-----";
  const text = `a ${token} b\n${pem}\nhttp://me:pw@host/x\nAuthorization: Bearer abc.def\n`;
  const shown = withoutSecrets(text);
  for (const secret of [token, "MIIabc", "me:pw", "abc.def"]) t.notMatch(shown, secret);
  t.match(shown, `a ${STRUCK_OUT} b`);
  t.match(shown, `http://${STRUCK_OUT}@host/x`);
  t.notMatch(withoutSecrets("-----BEGIN PRIVATE KEY-----\ncut off here"), "cut off");
});

t.test("figures, names and ids stay", async (t) => {
  const text =
    '{"version":"0.1.0","cluster_id":"b78fb2b234f6a3948f717a0791adf332eec8624b00180acd594c88dae2ee16bb","keys":5}';
  t.equal(withoutSecrets(text), text);
  const settings = "data_dir: /var/lib/kvd\nhttp:\n  listen: 127.0.0.1:7480\nmonkey: 1\n";
  t.equal(withoutSecretSettings(settings), settings);
});

t.test("settings whose names speak of a secret keep their name alone", async (t) => {
  const cases: readonly [string, string][] = [
    ["password: hunter2", "password: "],
    ["  api_token = 'x y' # z", "  api_token = "],
    ["KVD_PASSWORD=hunter2", "KVD_PASSWORD="],
    ['"client-secret": "x",', '"client-secret": '],
    ["tls: { cert: /a, key: /b }", "tls: { cert: /a, key: "],
    ["http.tls.key: /etc/k.pem", "http.tls.key: "],
  ];
  for (const [line, name] of cases) t.equal(withoutSecretSettings(line), `${name}${STRUCK_OUT}`);
  const block = "key: |\n  first\n\n  second\nlisten: here";
  t.equal(withoutSecretSettings(block), `key: ${STRUCK_OUT}\nlisten: here`);
});

t.test("a line without end costs no more than its length", async (t) => {
  for (const part of ["x", "key", "a.", "key=", "-----BEGIN ", "a://", "token-"]) {
    const long = part.repeat(20_000);
    t.equal(typeof withoutSecretSettings(long), "string", part);
  }
});
