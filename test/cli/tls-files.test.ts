import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import t from "tap";
import type { Timers } from "../../src/base/seams.ts";
import { ProgramError } from "../../src/cli/program-error.ts";
import { readTls, watchTls } from "../../src/cli/tls-files.ts";
import { TEST_CERT, TEST_KEY } from "../gateway/certificate.ts";

const dir = mkdtempSync(join(tmpdir(), "kvd-tls-test-"));
t.teardown(() => rmSync(dir, { recursive: true, force: true }));
const paths = { cert: join(dir, "cert.pem"), key: join(dir, "key.pem") };

function write(cert: string, key: string): void {
  writeFileSync(paths.cert, cert);
  writeFileSync(paths.key, key, { mode: 0o600 });
}

t.test("a certificate and its key are read; what is no pair says why", async (t) => {
  t.throws(() => readTls(paths), { code: "tls", message: /cannot read '.*cert\.pem': ENOENT/ });
  write(TEST_CERT, TEST_KEY);
  t.same(readTls(paths), { cert: TEST_CERT, key: TEST_KEY });
  write(TEST_CERT, "no key");
  t.throws(() => readTls(paths), ProgramError);
  t.throws(() => readTls(paths), { message: /no certificate and its key/ });
  write(TEST_CERT, TEST_KEY);
  chmodSync(paths.key, 0o644);
  t.throws(() => readTls(paths), { message: /may be read by everybody; chmod o=/ });
  chmodSync(paths.key, 0o640);
  t.same(readTls(paths).key, TEST_KEY, "a group may");
});

t.test("a new pair is taken once it is at rest, and a bad one is told of once", async (t) => {
  write(TEST_CERT, TEST_KEY);
  let look = (): void => undefined;
  const every: Timers["every"] = (_ms, action) => {
    look = action;
    return { cancel: () => undefined };
  };
  const timers = { every, after: () => ({ cancel: () => undefined }), soon: () => undefined };
  const pairs: string[] = [];
  const problems: string[] = [];
  watchTls(paths, timers, {
    onPair: ({ cert }) => pairs.push(cert),
    onProblem: (message) => problems.push(message),
  });
  const looks = (): void => {
    for (let count = 0; count < 4; count++) look();
  };
  looks();
  t.same([pairs.length, problems.length], [0, 0], "nothing new");
  write(`${TEST_CERT}\n`, TEST_KEY);
  look();
  t.equal(pairs.length, 0, "the key may follow yet");
  looks();
  t.same(pairs, [`${TEST_CERT}\n`]);
  rmSync(paths.key);
  looks();
  t.equal(problems.length, 1);
  write(TEST_CERT, TEST_KEY);
  looks();
  t.same(pairs.at(-1), TEST_CERT);
});
