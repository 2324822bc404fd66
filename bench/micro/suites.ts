import { openAcceptorSuite } from "./acceptor.ts";
import { openApplySuite } from "./apply.ts";
import { openCodecSuite } from "./codec.ts";
import type { MicroSuite } from "./micro-case.ts";
import { openStorageSuite } from "./storage.ts";
import { openTransportSuite } from "./transport.ts";

/** In the order of a put's way through a node. */
export const SUITES: Readonly<Record<string, () => Promise<MicroSuite>>> = {
  codec: openCodecSuite,
  transport: openTransportSuite,
  acceptor: openAcceptorSuite,
  storage: openStorageSuite,
  apply: openApplySuite,
};
