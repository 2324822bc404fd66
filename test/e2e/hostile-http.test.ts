import { readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import t from "tap";
import type { DevCluster } from "../../src/dev/cluster.ts";
import { holdIdleConnections } from "../torture/idle-connections.ts";
import { sendRaw } from "./raw-http.ts";
import { withCluster } from "./with-cluster.ts";

const HOST = "Host: localhost\r\n";
const JSON_TYPE = "Content-Type: application/json\r\n";
const CHUNKED = "Transfer-Encoding: chunked\r\n";
const CLOSE = "Connection: close\r\n";

const get = (path: string, heads = "") => `GET ${path} HTTP/1.1\r\n${HOST}${heads}\r\n`;
const post = (path: string, body: string, heads = "") =>
  `POST ${path} HTTP/1.1\r\n${HOST}${heads}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
const json = (path: string, body: string) => post(path, body, JSON_TYPE);
const set = (heads: string, body = "") => `POST /kv/set?key=a HTTP/1.1\r\n${HOST}${heads}\r\n${body}`;
const entries = (count: number) =>
  JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, ""])));

/** What is sent, the status that is documented for it, and what the answer has to say. */
const HOSTILE: Readonly<Record<string, readonly [sent: string, status: number, says: RegExp]>> = {
  "a percent without digits in the query": [get("/kv/get?key=%zz"), 400, /two hexadecimal digits/],
  "a percent without digits in the path": [get("/v1/kv/%zz"), 400, /two hexadecimal digits/],
  "a zero byte, which a key may have": [get("/kv/get?key=%00"), 404, /not_found/],
  "half of a surrogate pair in the query": [get("/kv/get?key=%ED%A0%80"), 400, /not UTF-8.*key_b64/],
  "half of a surrogate pair in JSON": [json("/kv/set-multi", '{"\\ud800":"1"}'), 400, /surrogate/],
  "no key": [get("/kv/get"), 400, /no key is named/],
  "an empty key": [get("/kv/get?key="), 400, /at least 1 byte/],
  "a key of 1,025 bytes": [get(`/kv/get?key=${"a".repeat(1025)}`), 413, /limit is 1024/],
  "two keys": [get("/kv/get?key=a&key=b"), 400, /comes twice/],
  "a key as text and as base64": [get("/kv/get?key=a&key_b64=YQ=="), 400, /exclude each other/],
  "a misspelt parameter": [get("/kv/get?kye=a"), 400, /did you mean key/],
  "a value in the query and in the body": [post("/kv/set?key=a&value=1", "2"), 400, /give one/],
  "a level that there is not": [get("/kv/get?key=a&consistency=strong"), 400, /linearizable, sequential/],
  "a negative length": [set("Content-Length: -1\r\n"), 400, /Content-Length/],
  "a length in words": [set("Content-Length: one\r\n"), 400, /Content-Length/],
  "two lengths": [set("Content-Length: 1\r\nContent-Length: 2\r\n", "ab"), 400, /Content-Length/],
  "a length and chunks": [set(`Content-Length: 1\r\n${CHUNKED}`, "0\r\n\r\n"), 400, /no HTTP request/],
  "chunks of another encoding": [set(`${CHUNKED}Transfer-Encoding: identity\r\n`), 400, /no HTTP request/],
  "chunks of chunks": [set(`${CHUNKED}${CHUNKED}`, "1\r\na\r\n0\r\n\r\n"), 400, /no HTTP request/],
  "an encoding of transfer that there is not": [set("Transfer-Encoding: gzip\r\n"), 400, /no HTTP request/],
  "a chunk whose size is no number": [set(CHUNKED, "zz\r\n"), 400, /chunk size/],
  "a length of a hundred gigabytes": [set("Content-Length: 99999999999\r\n"), 413, /limit/],
  "a chunk above the limit": [set(CHUNKED, `200000\r\n${"x".repeat(0x20_0000)}\r\n`), 413, /limit/],
  "a compressed body": [post("/kv/set?key=a", "x", "Content-Encoding: gzip\r\n"), 415, /taken as it is/],
  "a type that is not taken": [
    post("/kv/rmw", "<a/>", "Content-Type: text/xml\r\n"),
    415,
    /application\/json/,
  ],
  "JSON of 100,000 brackets": [json("/kv/set-multi", "[".repeat(1e5)), 400, /nested deeper than 128/],
  "a name that objects inherit": [
    json("/kv/set-multi", '{"__proto__":"1","constructor":"2"}'),
    200,
    /"count":2/,
  ],
  "a number beyond all": [json("/kv/rmw", '{"key":"n","op":"incr","arg":1e400}'), 400, /64 bits/],
  "a number above 2^53": [
    json("/kv/rmw", '{"key":"big","op":"incr","arg":9007199254740993}'),
    200,
    /"9007199254740993"/,
  ],
  "a sum above 2^63": [
    json("/kv/rmw", '{"key":"big","op":"incr","arg":9223372036854775807}'),
    409,
    /bad_value/,
  ],
  "no number": [json("/kv/rmw", '{"key":"n","op":"incr","arg":NaN}'), 400, /not JSON/],
  "a mark of byte order": [json("/kv/set-multi", '\ufeff{"a":"1"}'), 400, /not JSON/],
  "a name twice": [json("/kv/set-multi", '{"a":"1","a":"2"}'), 400, /comes twice/],
  "nothing to set": [json("/kv/set-multi", "{}"), 400, /nothing to set/],
  "100,000 keys": [json("/kv/set-multi", entries(100_000)), 400, /limit is 10000/],
  "no host": ["GET /livez HTTP/1.1\r\n\r\n", 400, /Host is missing/],
  "two hosts": [`GET /livez HTTP/1.1\r\n${HOST}${HOST}\r\n`, 400, /Host comes twice/],
  "HTTP/0.9": [`GET /kv/get?key=a\r\n${CLOSE}\r\n`, 400, /HTTP/],
  "HTTP/2 without asking": ["PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400, /no HTTP request/],
  "HTTP/3.7": [`GET /livez HTTP/3.7\r\n${HOST}\r\n`, 400, /no HTTP request/],
  "a GET with a body, which is not read": [`${get("/livez", "Content-Length: 3\r\n")}abc`, 200, /ok/],
  "HEAD where there is none": [`HEAD /kv/get?key=a HTTP/1.1\r\n${HOST}${CLOSE}\r\n`, 405, /allow: GET/i],
  OPTIONS: [`OPTIONS /kv/get HTTP/1.1\r\n${HOST}\r\n`, 405, /OPTIONS is not possible/],
  TRACE: [`TRACE /kv/get HTTP/1.1\r\n${HOST}\r\n`, 405, /TRACE is not possible/],
  "a method that there is not": [`BREW /kv/get HTTP/1.1\r\n${HOST}\r\n`, 400, /no HTTP request/],
  "no time": [get("/kv/get?key=a&timeout=0s"), 400, /1ms to 60000ms/],
  "less than no time": [get("/kv/get?key=a&timeout=-1s"), 400, /1ms to 60000ms/],
  "eleven years": [get("/kv/get?key=a&timeout=99999h"), 400, /1ms to 60000ms/],
  "a token over plain HTTP": [get("/kv/get?key=a", "Authorization: Bearer x\r\n"), 403, /plain HTTP/],
  "a header of 20,000 bytes": [get("/livez", `X: ${"y".repeat(20_000)}\r\n`), 431, /16 KiB/],
  "a path of 20,000 bytes": [get(`/kv/get?key=${"a".repeat(20_000)}`), 431, /as the body/],
  "a way out of the tree": [get("/kv/../../etc/passwd"), 404, /there is nothing at/],
  "a control character in the path": [get("/kv/get?key=\x01"), 400, /no HTTP request/],
  "a zero byte in a header": [get("/livez", "X: a\0b\r\n"), 400, /no HTTP request/],
  "a folded header": [get("/livez", "X: a\r\n b\r\n"), 400, /no HTTP request/],
  "a blank before the colon": [get("/livez", "Content-Length : 0\r\n"), 400, /no HTTP request/],
  "a TLS client": ["\x16\x03\x01\x00\x05\x01\x00\x00\x01\x00", 400, /no HTTP request/],
};

/** Clients that are slow or silent, and what they may cost a node at most. */
const SLOW_CLIENTS = 300;
const IDLE_CLIENTS = 500;
const RISE_KIB_MAX = 96 * 1024;

function residentKib(cluster: DevCluster): number {
  const [node] = cluster.list();
  return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${node?.pid}/status`, "utf8"))?.[1]);
}

function open(url: string, sent: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port) }, () => {
      socket.write(sent);
      resolve(socket);
    });
    // The node cuts it off when it has waited for long enough.
    socket.on("error", reject);
  });
}

t.test(
  "what cannot be meant gets its status and a line that helps, and the node serves on",
  { timeout: 300_000 },
  async (t) => {
    await withCluster(async (cluster, client) => {
      const [url = ""] = cluster.urls();
      for (const [what, [sent, status, says]] of Object.entries(HOSTILE)) {
        const answer = await sendRaw(url, Buffer.from(sent, /[^\0-\xff]/.test(sent) ? "utf8" : "latin1"));
        t.equal(answer.status, status, what);
        t.match(answer.text, says, what);
        if (answer.status >= 400 && !sent.startsWith("HEAD"))
          t.match(answer.text, /application\/problem\+json.*"outcome":"not_applied"/s, what);
      }
      const twice = await sendRaw(url, get("/livez") + get("/version"), 2);
      t.match(twice.text, /^HTTP\/1\.1 200.*ok\n.*HTTP\/1\.1 200.*"version"/s, "two requests in one packet");
      const smuggled = await sendRaw(url, set("Content-Length: 1\r\n", `a${get("/version")}`), 2);
      t.match(smuggled.text, /"ok":true.*"version"/s, "what comes behind a body is a request of its own");

      const before = residentKib(cluster);
      const slow = [
        "",
        "GET /kv/get?ke",
        set("Content-Length: 1000000\r\n", "x"),
        set(CHUNKED, "5\r\nab"),
        get("/livez"),
        "\0",
      ];
      const sockets = await Promise.all(
        Array.from({ length: SLOW_CLIENTS }, (_, index) => open(url, slow[index % slow.length] as string)),
      );
      for (let count = 0; count < 40; count++)
        await sendRaw(url, set("Content-Length: 99999999\r\n", "x".repeat(1_000_000)));
      t.match(await sendRaw(url, get("/livez")), { status: 200 }, "it answers others meanwhile");
      t.match(await client.put("a", "1"), { version: Number });
      const rise = residentKib(cluster) - before;
      t.ok(rise < RISE_KIB_MAX, `${SLOW_CLIENTS} slow clients and 40 huge bodies took ${rise} KiB`);
      for (const socket of sockets) socket.destroy();
    }, 1);
  },
);

t.test("idle connections cost little, and the node serves on", { timeout: 300_000 }, async (t) => {
  await withCluster(async (cluster, client) => {
    const held = await holdIdleConnections(cluster, IDLE_CLIENTS, () => client.put("idle", "1"));
    t.match(held, { reached: IDLE_CLIENTS, stoppedBy: undefined, serves: true });
    t.ok(held.withKib - held.beforeKib < RISE_KIB_MAX, `${held.withKib - held.beforeKib} KiB`);
  }, 1);
});
