import { fork } from "node:child_process";
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { open } from "lmdb";
import type { Clock } from "../../src/base/seams.ts";

const ECHO_PROGRAM = fileURLToPath(new URL("./udp-echo.js", import.meta.url));
/** About a put's datagram: a key of 16 bytes, a value of 256 and what is around them. */
const DATAGRAM_BYTES = 320;
const PAGE_BYTES = 4096;
const FILE_PAGES = 4096;
const RECORD_BYTES = 256;
const RECORD_KEYS = 10_000;
/** Measured for this long each: enough for a steady median. */
const SECONDS = 1;

/** Times of one step, in microseconds. */
export interface StepTimes {
  readonly p50Us: number;
  readonly p99Us: number;
}

/** What this machine takes for the steps that no design can leave out, one at a time. */
export interface Floor {
  /** A datagram to another process and back. */
  readonly udpRoundTrip: StepTimes;
  /** Four KiB into a file that already has that length, made durable. */
  readonly fdatasync: StepTimes;
  /** One record in a durable LMDB transaction. */
  readonly lmdbCommit: StepTimes;
  /** 64 records in one. */
  readonly lmdbCommit64: StepTimes;
}

/** Measures in `directory`, which must lie on the disk that the nodes use and is left as it was. */
export async function measureFloor(directory: string, clock: Clock): Promise<Floor> {
  return {
    udpRoundTrip: await udpRoundTrip(clock),
    fdatasync: await fdatasync(directory, clock),
    lmdbCommit: await lmdbCommit(directory, clock, 1),
    lmdbCommit64: await lmdbCommit(directory, clock, 64),
  };
}

async function repeat(clock: Clock, step: () => Promise<void>): Promise<StepTimes> {
  const timesMs: number[] = [];
  const endMs = clock.nowMs() + SECONDS * 1000;
  for (let nowMs = clock.nowMs(); nowMs < endMs; ) {
    await step();
    const doneMs = clock.nowMs();
    timesMs.push(doneMs - nowMs);
    nowMs = doneMs;
  }
  timesMs.sort((left, right) => left - right);
  const us = (share: number): number =>
    Number(((timesMs[Math.floor(timesMs.length * share)] ?? 0) * 1000).toFixed(1));
  return { p50Us: us(0.5), p99Us: us(0.99) };
}

async function udpRoundTrip(clock: Clock): Promise<StepTimes> {
  const echo = fork(ECHO_PROGRAM);
  try {
    const [port] = (await once(echo, "message")) as [number];
    const socket = createSocket("udp4");
    try {
      socket.connect(port, "127.0.0.1");
      await once(socket, "connect");
      return await repeat(clock, () => askEcho(socket));
    } finally {
      socket.close();
    }
  } finally {
    echo.kill();
  }
}

const datagram = Buffer.alloc(DATAGRAM_BYTES, 1);

function askEcho(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.once("message", () => resolve());
    socket.send(datagram);
  });
}

async function fdatasync(directory: string, clock: Clock): Promise<StepTimes> {
  const path = join(directory, "floor-file");
  const page = Buffer.alloc(PAGE_BYTES, 1);
  const file = openSync(path, "w");
  try {
    for (let index = 0; index < FILE_PAGES; index++) writeSync(file, page);
    fdatasyncSync(file);
    let next = 0;
    return await repeat(clock, async () => {
      writeSync(file, page, 0, PAGE_BYTES, (next % FILE_PAGES) * PAGE_BYTES);
      fdatasyncSync(file);
      next += 1;
      // Now and then, so that this process still hears of signals.
      if (next % 1000 === 0) await nextTurn();
    });
  } finally {
    closeSync(file);
    rmSync(path);
  }
}

async function lmdbCommit(directory: string, clock: Clock, records: number): Promise<StepTimes> {
  const path = join(directory, "floor-lmdb");
  // Without overlapping syncs a put's promise means that its transaction is on the disk.
  const root = open({ path, overlappingSync: false, maxDbs: 1 });
  const table = root.openDB<Uint8Array, Buffer>("records", { encoding: "binary", keyEncoding: "binary" });
  let next = 0;
  const putNext = (): Promise<boolean> => {
    const key = Buffer.alloc(8);
    key.writeUInt32BE(next++ % RECORD_KEYS, 4);
    return table.put(key, Buffer.alloc(RECORD_BYTES, next));
  };
  try {
    return await repeat(clock, async () => {
      for (let record = 1; record < records; record++) void putNext();
      await putNext();
    });
  } finally {
    await root.close();
    rmSync(path, { recursive: true });
  }
}
