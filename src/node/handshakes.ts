import { equalBytes } from "../base/bytes.ts";
import type { Clock } from "../base/seams.ts";
import type { Admission, DownReason, LinkId } from "../transport/service.ts";
import type { HelloReply, LeaderHint, PeerHello } from "../wire/client-messages.ts";
import { decodeHello, decodeHelloReply, encodeHelloReply } from "../wire/hello-codec.ts";
import type { Alarms } from "./alarms.ts";
import type { Counters } from "./counters.ts";
import type { Log } from "./log.ts";
import { isFinalRefusal, type PeerLinks, type PeerVerdict } from "./peer-links.ts";
import type { Retire } from "./retire.ts";
import type { Roster } from "./roster.ts";

export interface HandshakesDeps {
  readonly name: string;
  readonly clusterId: Uint8Array;
  readonly roster: Roster;
  readonly peers: PeerLinks;
  readonly clock: Clock;
  readonly counters: Counters;
  readonly alarms: Alarms;
  readonly log: Log;
  readonly retire: Retire;
  /** Cluster time now. */
  readonly timeMs: () => number;
  readonly leaderHint: () => LeaderHint | undefined;
  readonly close: (link: LinkId) => void;
}

/** Who may open a link to this node, and what it says of itself to those who do. */
export class Handshakes {
  readonly #deps: HandshakesDeps;

  constructor(deps: HandshakesDeps) {
    this.#deps = deps;
  }

  admit(bytes: Uint8Array): Admission {
    const hello = decodeHello(bytes);
    if (typeof hello === "string") {
      this.#deps.counters.add("hello_malformed");
      return { kind: "ignore" };
    }
    return hello.kind === "peer" ? this.#admitPeer(hello) : this.#admitClient(hello.clusterId);
  }

  onUp(link: LinkId, body: Uint8Array, initiator: boolean): void {
    if (!initiator) {
      const hello = decodeHello(body);
      if (typeof hello !== "string" && hello.kind === "peer") this.#onPeerUp(link, hello, false);
      return;
    }
    const reply = decodeHelloReply(body);
    if (typeof reply !== "string" && reply.kind === "peer") this.#onPeerUp(link, reply, true);
    else this.#deps.close(link);
  }

  onDown(link: LinkId, reason: DownReason, detail: Uint8Array): void {
    const node = this.#deps.peers.onDown(link, this.#deps.clock.nowMs());
    if (node === undefined) return;
    const peer = this.#deps.roster.nameOf(node);
    if (reason === "refused") this.#onRefused(peer, detail);
    else if (reason !== "no_answer") this.#deps.log("info", "peer_down", { peer, reason });
  }

  #admitClient(clusterId: Uint8Array): Admission {
    if (clusterId.length > 0 && !equalBytes(clusterId, this.#deps.clusterId)) {
      return refuse({ kind: "refused", code: "foreign", message: "this node belongs to another cluster" });
    }
    const reply: HelloReply = {
      kind: "welcome",
      clusterId: this.#deps.clusterId,
      node: this.#deps.name,
      timeMs: this.#deps.timeMs(),
      leader: this.#deps.leaderHint(),
      members: this.#deps.roster.hints,
    };
    return { kind: "accept", reply: encodeHelloReply(reply), replaces: [] };
  }

  #admitPeer(hello: PeerHello): Admission {
    const verdict = this.#deps.peers.judge(hello);
    switch (verdict.kind) {
      case "welcome":
        return { kind: "accept", reply: encodeHelloReply(verdict.reply), replaces: verdict.replaces };
      case "wait":
        return { kind: "ignore" };
      case "refused":
        this.#onRefusal(this.#deps.roster.nameOf(hello.node), verdict);
        return refuse({ kind: "refused", code: verdict.code, message: verdict.message });
      case "amnesia":
        return this.#deps.retire("forgotten", verdict.message);
    }
  }

  /** Who was removed is expected to knock once more. */
  #onRefusal(peer: string, { code, message }: PeerVerdict & { readonly kind: "refused" }): void {
    if (code === "removed") this.#deps.log("info", "removed_peer_refused", { peer });
    else this.#deps.alarms.raise(peer, `refused: ${message}`);
  }

  #onPeerUp(link: LinkId, hello: PeerHello, initiator: boolean): void {
    const verdict = this.#deps.peers.onUp(link, hello, initiator);
    if (verdict === undefined) {
      this.#deps.alarms.clear(this.#deps.roster.nameOf(hello.node));
      this.#deps.log("info", "peer_up", {
        peer: this.#deps.roster.nameOf(hello.node),
        start_count: hello.startCount,
      });
      return;
    }
    if (verdict.kind === "amnesia") this.#deps.retire("forgotten", verdict.message);
    if (verdict.kind === "refused")
      this.#deps.alarms.raise(this.#deps.roster.nameOf(hello.node), verdict.message);
    this.#deps.close(link);
  }

  #onRefused(peer: string, detail: Uint8Array): void {
    const reply = decodeHelloReply(detail);
    if (typeof reply === "string" || reply.kind !== "refused") return;
    const text = `${peer} refused this node: ${reply.message}`;
    if (isFinalRefusal(reply)) this.#deps.retire(reply.code === "removed" ? "removed" : "forgotten", text);
    this.#deps.alarms.raise(peer, text);
  }
}

function refuse(reply: HelloReply): Admission {
  return { kind: "refuse", reply: encodeHelloReply(reply) };
}
