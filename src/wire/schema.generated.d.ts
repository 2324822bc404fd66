import * as $protobuf from "protobufjs/minimal.js";
import Long = require("long");

/** Namespace kvd. */
export namespace kvd {

    /**
     * Properties of a Prepare.
     * @deprecated Use kvd.Prepare.$Properties instead.
     */
    interface IPrepare extends kvd.Prepare.$Properties {
    }

    /** Represents a Prepare. */
    class Prepare {

        /**
         * Constructs a new Prepare.
         * @param [properties] Properties to set
         */
        constructor(properties?: kvd.Prepare.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Prepare group. */
        group: number;

        /** Prepare ballot. */
        ballot: number;

        /** Prepare from. */
        from: number;

        /** Prepare handOver. */
        handOver: number;

        /**
         * Encodes the specified Prepare message. Does not implicitly {@link kvd.Prepare.verify|verify} messages.
         * @param message Prepare message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: kvd.Prepare.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Prepare message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {kvd.Prepare & kvd.Prepare.$Shape} Prepare
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): kvd.Prepare & kvd.Prepare.$Shape;
    }

    namespace Prepare {

        /** Properties of a Prepare. */
        interface $Properties {

            /** Prepare group */
            group?: (number|null);

            /** Prepare ballot */
            ballot?: (number|null);

            /** Prepare from */
            from?: (number|null);

            /** Prepare handOver */
            handOver?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Prepare. */
        type $Shape = kvd.Prepare.$Properties;
    }

    /**
     * Properties of a SlotReport.
     * @deprecated Use kvd.SlotReport.$Properties instead.
     */
    interface ISlotReport extends kvd.SlotReport.$Properties {
    }

    /** Represents a SlotReport. */
    class SlotReport {

        /**
         * Constructs a new SlotReport.
         * @param [properties] Properties to set
         */
        constructor(properties?: kvd.SlotReport.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** SlotReport kind. */
        kind: number;

        /** SlotReport slot. */
        slot: number;

        /** SlotReport ballot. */
        ballot: number;

        /** SlotReport valueKind. */
        valueKind: number;

        /** SlotReport value. */
        value: Uint8Array;

        /**
         * Encodes the specified SlotReport message. Does not implicitly {@link kvd.SlotReport.verify|verify} messages.
         * @param message SlotReport message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: kvd.SlotReport.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a SlotReport message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {kvd.SlotReport & kvd.SlotReport.$Shape} SlotReport
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): kvd.SlotReport & kvd.SlotReport.$Shape;
    }

    namespace SlotReport {

        /** Properties of a SlotReport. */
        interface $Properties {

            /** SlotReport kind */
            kind?: (number|null);

            /** SlotReport slot */
            slot?: (number|null);

            /** SlotReport ballot */
            ballot?: (number|null);

            /** SlotReport valueKind */
            valueKind?: (number|null);

            /** SlotReport value */
            value?: (Uint8Array|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a SlotReport. */
        type $Shape = kvd.SlotReport.$Properties;
    }

    /**
     * Properties of a Promise.
     * @deprecated Use kvd.Promise.$Properties instead.
     */
    interface IPromise extends kvd.Promise.$Properties {
    }

    /** Represents a Promise. */
    class Promise {

        /**
         * Constructs a new Promise.
         * @param [properties] Properties to set
         */
        constructor(properties?: kvd.Promise.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Promise group. */
        group: number;

        /** Promise ballot. */
        ballot: number;

        /** Promise from. */
        from: number;

        /** Promise next. */
        next: number;

        /** Promise end. */
        end: number;

        /** Promise learned. */
        learned: number;

        /** Promise firstKept. */
        firstKept: number;

        /** Promise reports. */
        reports: kvd.SlotReport.$Properties[];

        /**
         * Encodes the specified Promise message. Does not implicitly {@link kvd.Promise.verify|verify} messages.
         * @param message Promise message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: kvd.Promise.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Promise message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {kvd.Promise & kvd.Promise.$Shape} Promise
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): kvd.Promise & kvd.Promise.$Shape;
    }

    namespace Promise {

        /** Properties of a Promise. */
        interface $Properties {

            /** Promise group */
            group?: (number|null);

            /** Promise ballot */
            ballot?: (number|null);

            /** Promise from */
            from?: (number|null);

            /** Promise next */
            next?: (number|null);

            /** Promise end */
            end?: (number|null);

            /** Promise learned */
            learned?: (number|null);

            /** Promise firstKept */
            firstKept?: (number|null);

            /** Promise reports */
            reports?: (kvd.SlotReport.$Properties[]|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Promise. */
        type $Shape = kvd.Promise.$Properties;
    }

    /**
     * Properties of a Reject.
     * @deprecated Use kvd.Reject.$Properties instead.
     */
    interface IReject extends kvd.Reject.$Properties {
    }

    /** Represents a Reject. */
    class Reject {

        /**
         * Constructs a new Reject.
         * @param [properties] Properties to set
         */
        constructor(properties?: kvd.Reject.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Reject group. */
        group: number;

        /** Reject ballot. */
        ballot: number;

        /** Reject promised. */
        promised: number;

        /** Reject of. */
        of: number;

        /**
         * Encodes the specified Reject message. Does not implicitly {@link kvd.Reject.verify|verify} messages.
         * @param message Reject message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: kvd.Reject.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Reject message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {kvd.Reject & kvd.Reject.$Shape} Reject
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): kvd.Reject & kvd.Reject.$Shape;
    }

    namespace Reject {

        /** Properties of a Reject. */
        interface $Properties {

            /** Reject group */
            group?: (number|null);

            /** Reject ballot */
            ballot?: (number|null);

            /** Reject promised */
            promised?: (number|null);

            /** Reject of */
            of?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Reject. */
        type $Shape = kvd.Reject.$Properties;
    }

    /**
     * Properties of an Accept.
     * @deprecated Use kvd.Accept.$Properties instead.
     */
    interface IAccept extends kvd.Accept.$Properties {
    }

    /** Represents an Accept. */
    class Accept {

        /**
         * Constructs a new Accept.
         * @param [properties] Properties to set
         */
        constructor(properties?: kvd.Accept.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Accept group. */
        group: number;

        /** Accept ballot. */
        ballot: number;

        /** Accept slot. */
        slot: number;

        /** Accept chosen. */
        chosen: number;

        /** Accept valueKind. */
        valueKind: number;

        /** Accept value. */
        value: Uint8Array;

        /**
         * Encodes the specified Accept message. Does not implicitly {@link kvd.Accept.verify|verify} messages.
         * @param message Accept message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: kvd.Accept.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an Accept message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {kvd.Accept & kvd.Accept.$Shape} Accept
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): kvd.Accept & kvd.Accept.$Shape;
    }

    namespace Accept {

        /** Properties of an Accept. */
        interface $Properties {

            /** Accept group */
            group?: (number|null);

            /** Accept ballot */
            ballot?: (number|null);

            /** Accept slot */
            slot?: (number|null);

            /** Accept chosen */
            chosen?: (number|null);

            /** Accept valueKind */
            valueKind?: (number|null);

            /** Accept value */
            value?: (Uint8Array|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an Accept. */
        type $Shape = kvd.Accept.$Properties;
    }

    /**
     * Properties of an Accepted.
     * @deprecated Use kvd.Accepted.$Properties instead.
     */
    interface IAccepted extends kvd.Accepted.$Properties {
    }

    /** Represents an Accepted. */
    class Accepted {

        /**
         * Constructs a new Accepted.
         * @param [properties] Properties to set
         */
        constructor(properties?: kvd.Accepted.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Accepted group. */
        group: number;

        /** Accepted ballot. */
        ballot: number;

        /** Accepted slots. */
        slots: number[];

        /** Accepted learned. */
        learned: number;

        /** Accepted stateDurable. */
        stateDurable: number;

        /** Accepted writeAgeMs. */
        writeAgeMs: number;

        /** Accepted epoch. */
        epoch: number;

        /**
         * Encodes the specified Accepted message. Does not implicitly {@link kvd.Accepted.verify|verify} messages.
         * @param message Accepted message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: kvd.Accepted.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an Accepted message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {kvd.Accepted & kvd.Accepted.$Shape} Accepted
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): kvd.Accepted & kvd.Accepted.$Shape;
    }

    namespace Accepted {

        /** Properties of an Accepted. */
        interface $Properties {

            /** Accepted group */
            group?: (number|null);

            /** Accepted ballot */
            ballot?: (number|null);

            /** Accepted slots */
            slots?: (number[]|null);

            /** Accepted learned */
            learned?: (number|null);

            /** Accepted stateDurable */
            stateDurable?: (number|null);

            /** Accepted writeAgeMs */
            writeAgeMs?: (number|null);

            /** Accepted epoch */
            epoch?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an Accepted. */
        type $Shape = kvd.Accepted.$Properties;
    }

    /**
     * Properties of a Heartbeat.
     * @deprecated Use kvd.Heartbeat.$Properties instead.
     */
    interface IHeartbeat extends kvd.Heartbeat.$Properties {
    }

    /** Represents a Heartbeat. */
    class Heartbeat {

        /**
         * Constructs a new Heartbeat.
         * @param [properties] Properties to set
         */
        constructor(properties?: kvd.Heartbeat.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Heartbeat group. */
        group: number;

        /** Heartbeat ballot. */
        ballot: number;

        /** Heartbeat round. */
        round: number;

        /** Heartbeat chosen. */
        chosen: number;

        /** Heartbeat digest. */
        digest: number;

        /** Heartbeat durableEverywhere. */
        durableEverywhere: number;

        /** Heartbeat serving. */
        serving: boolean;

        /** Heartbeat timeMs. */
        timeMs: number;

        /** Heartbeat leaseMs. */
        leaseMs: number;

        /** Heartbeat settled. */
        settled: number;

        /** Heartbeat stateAt. */
        stateAt: number;

        /** Heartbeat stateHash. */
        stateHash: number;

        /**
         * Encodes the specified Heartbeat message. Does not implicitly {@link kvd.Heartbeat.verify|verify} messages.
         * @param message Heartbeat message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: kvd.Heartbeat.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Heartbeat message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {kvd.Heartbeat & kvd.Heartbeat.$Shape} Heartbeat
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): kvd.Heartbeat & kvd.Heartbeat.$Shape;
    }

    namespace Heartbeat {

        /** Properties of a Heartbeat. */
        interface $Properties {

            /** Heartbeat group */
            group?: (number|null);

            /** Heartbeat ballot */
            ballot?: (number|null);

            /** Heartbeat round */
            round?: (number|null);

            /** Heartbeat chosen */
            chosen?: (number|null);

            /** Heartbeat digest */
            digest?: (number|null);

            /** Heartbeat durableEverywhere */
            durableEverywhere?: (number|null);

            /** Heartbeat serving */
            serving?: (boolean|null);

            /** Heartbeat timeMs */
            timeMs?: (number|null);

            /** Heartbeat leaseMs */
            leaseMs?: (number|null);

            /** Heartbeat settled */
            settled?: (number|null);

            /** Heartbeat stateAt */
            stateAt?: (number|null);

            /** Heartbeat stateHash */
            stateHash?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Heartbeat. */
        type $Shape = kvd.Heartbeat.$Properties;
    }

    /**
     * Properties of a HeartbeatAck.
     * @deprecated Use kvd.HeartbeatAck.$Properties instead.
     */
    interface IHeartbeatAck extends kvd.HeartbeatAck.$Properties {
    }

    /** Represents a HeartbeatAck. */
    class HeartbeatAck {

        /**
         * Constructs a new HeartbeatAck.
         * @param [properties] Properties to set
         */
        constructor(properties?: kvd.HeartbeatAck.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** HeartbeatAck group. */
        group: number;

        /** HeartbeatAck ballot. */
        ballot: number;

        /** HeartbeatAck round. */
        round: number;

        /** HeartbeatAck digest. */
        digest: number;

        /** HeartbeatAck learned. */
        learned: number;

        /** HeartbeatAck stateDurable. */
        stateDurable: number;

        /** HeartbeatAck writeAgeMs. */
        writeAgeMs: number;

        /** HeartbeatAck granted. */
        granted: boolean;

        /** HeartbeatAck epoch. */
        epoch: number;

        /** HeartbeatAck stateAt. */
        stateAt: number;

        /** HeartbeatAck stateHash. */
        stateHash: number;

        /**
         * Encodes the specified HeartbeatAck message. Does not implicitly {@link kvd.HeartbeatAck.verify|verify} messages.
         * @param message HeartbeatAck message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: kvd.HeartbeatAck.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a HeartbeatAck message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {kvd.HeartbeatAck & kvd.HeartbeatAck.$Shape} HeartbeatAck
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): kvd.HeartbeatAck & kvd.HeartbeatAck.$Shape;
    }

    namespace HeartbeatAck {

        /** Properties of a HeartbeatAck. */
        interface $Properties {

            /** HeartbeatAck group */
            group?: (number|null);

            /** HeartbeatAck ballot */
            ballot?: (number|null);

            /** HeartbeatAck round */
            round?: (number|null);

            /** HeartbeatAck digest */
            digest?: (number|null);

            /** HeartbeatAck learned */
            learned?: (number|null);

            /** HeartbeatAck stateDurable */
            stateDurable?: (number|null);

            /** HeartbeatAck writeAgeMs */
            writeAgeMs?: (number|null);

            /** HeartbeatAck granted */
            granted?: (boolean|null);

            /** HeartbeatAck epoch */
            epoch?: (number|null);

            /** HeartbeatAck stateAt */
            stateAt?: (number|null);

            /** HeartbeatAck stateHash */
            stateHash?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a HeartbeatAck. */
        type $Shape = kvd.HeartbeatAck.$Properties;
    }

    /**
     * Properties of a PreVote.
     * @deprecated Use kvd.PreVote.$Properties instead.
     */
    interface IPreVote extends kvd.PreVote.$Properties {
    }

    /** Represents a PreVote. */
    class PreVote {

        /**
         * Constructs a new PreVote.
         * @param [properties] Properties to set
         */
        constructor(properties?: kvd.PreVote.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** PreVote group. */
        group: number;

        /** PreVote ballot. */
        ballot: number;

        /** PreVote learned. */
        learned: number;

        /**
         * Encodes the specified PreVote message. Does not implicitly {@link kvd.PreVote.verify|verify} messages.
         * @param message PreVote message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: kvd.PreVote.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a PreVote message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {kvd.PreVote & kvd.PreVote.$Shape} PreVote
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): kvd.PreVote & kvd.PreVote.$Shape;
    }

    namespace PreVote {

        /** Properties of a PreVote. */
        interface $Properties {

            /** PreVote group */
            group?: (number|null);

            /** PreVote ballot */
            ballot?: (number|null);

            /** PreVote learned */
            learned?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a PreVote. */
        type $Shape = kvd.PreVote.$Properties;
    }

    /**
     * Properties of a PreVoteReply.
     * @deprecated Use kvd.PreVoteReply.$Properties instead.
     */
    interface IPreVoteReply extends kvd.PreVoteReply.$Properties {
    }

    /** Represents a PreVoteReply. */
    class PreVoteReply {

        /**
         * Constructs a new PreVoteReply.
         * @param [properties] Properties to set
         */
        constructor(properties?: kvd.PreVoteReply.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** PreVoteReply group. */
        group: number;

        /** PreVoteReply ballot. */
        ballot: number;

        /** PreVoteReply granted. */
        granted: boolean;

        /** PreVoteReply promised. */
        promised: number;

        /** PreVoteReply learned. */
        learned: number;

        /**
         * Encodes the specified PreVoteReply message. Does not implicitly {@link kvd.PreVoteReply.verify|verify} messages.
         * @param message PreVoteReply message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: kvd.PreVoteReply.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a PreVoteReply message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {kvd.PreVoteReply & kvd.PreVoteReply.$Shape} PreVoteReply
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): kvd.PreVoteReply & kvd.PreVoteReply.$Shape;
    }

    namespace PreVoteReply {

        /** Properties of a PreVoteReply. */
        interface $Properties {

            /** PreVoteReply group */
            group?: (number|null);

            /** PreVoteReply ballot */
            ballot?: (number|null);

            /** PreVoteReply granted */
            granted?: (boolean|null);

            /** PreVoteReply promised */
            promised?: (number|null);

            /** PreVoteReply learned */
            learned?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a PreVoteReply. */
        type $Shape = kvd.PreVoteReply.$Properties;
    }

    /**
     * Properties of a Fetch.
     * @deprecated Use kvd.Fetch.$Properties instead.
     */
    interface IFetch extends kvd.Fetch.$Properties {
    }

    /** Represents a Fetch. */
    class Fetch {

        /**
         * Constructs a new Fetch.
         * @param [properties] Properties to set
         */
        constructor(properties?: kvd.Fetch.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Fetch group. */
        group: number;

        /** Fetch from. */
        from: number;

        /**
         * Encodes the specified Fetch message. Does not implicitly {@link kvd.Fetch.verify|verify} messages.
         * @param message Fetch message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: kvd.Fetch.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Fetch message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {kvd.Fetch & kvd.Fetch.$Shape} Fetch
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): kvd.Fetch & kvd.Fetch.$Shape;
    }

    namespace Fetch {

        /** Properties of a Fetch. */
        interface $Properties {

            /** Fetch group */
            group?: (number|null);

            /** Fetch from */
            from?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Fetch. */
        type $Shape = kvd.Fetch.$Properties;
    }

    /**
     * Properties of a Chosen.
     * @deprecated Use kvd.Chosen.$Properties instead.
     */
    interface IChosen extends kvd.Chosen.$Properties {
    }

    /** Represents a Chosen. */
    class Chosen {

        /**
         * Constructs a new Chosen.
         * @param [properties] Properties to set
         */
        constructor(properties?: kvd.Chosen.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Chosen group. */
        group: number;

        /** Chosen from. */
        from: number;

        /** Chosen learned. */
        learned: number;

        /** Chosen firstKept. */
        firstKept: number;

        /** Chosen valueKinds. */
        valueKinds: number[];

        /** Chosen values. */
        values: Uint8Array[];

        /**
         * Encodes the specified Chosen message. Does not implicitly {@link kvd.Chosen.verify|verify} messages.
         * @param message Chosen message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: kvd.Chosen.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Chosen message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {kvd.Chosen & kvd.Chosen.$Shape} Chosen
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): kvd.Chosen & kvd.Chosen.$Shape;
    }

    namespace Chosen {

        /** Properties of a Chosen. */
        interface $Properties {

            /** Chosen group */
            group?: (number|null);

            /** Chosen from */
            from?: (number|null);

            /** Chosen learned */
            learned?: (number|null);

            /** Chosen firstKept */
            firstKept?: (number|null);

            /** Chosen valueKinds */
            valueKinds?: (number[]|null);

            /** Chosen values */
            values?: (Uint8Array[]|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Chosen. */
        type $Shape = kvd.Chosen.$Properties;
    }

    /**
     * Properties of a HandOver.
     * @deprecated Use kvd.HandOver.$Properties instead.
     */
    interface IHandOver extends kvd.HandOver.$Properties {
    }

    /** Represents a HandOver. */
    class HandOver {

        /**
         * Constructs a new HandOver.
         * @param [properties] Properties to set
         */
        constructor(properties?: kvd.HandOver.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** HandOver group. */
        group: number;

        /** HandOver ballot. */
        ballot: number;

        /** HandOver chosen. */
        chosen: number;

        /**
         * Encodes the specified HandOver message. Does not implicitly {@link kvd.HandOver.verify|verify} messages.
         * @param message HandOver message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: kvd.HandOver.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a HandOver message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {kvd.HandOver & kvd.HandOver.$Shape} HandOver
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): kvd.HandOver & kvd.HandOver.$Shape;
    }

    namespace HandOver {

        /** Properties of a HandOver. */
        interface $Properties {

            /** HandOver group */
            group?: (number|null);

            /** HandOver ballot */
            ballot?: (number|null);

            /** HandOver chosen */
            chosen?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a HandOver. */
        type $Shape = kvd.HandOver.$Properties;
    }

    /**
     * Properties of a ReadIndex.
     * @deprecated Use kvd.ReadIndex.$Properties instead.
     */
    interface IReadIndex extends kvd.ReadIndex.$Properties {
    }

    /** Represents a ReadIndex. */
    class ReadIndex {

        /**
         * Constructs a new ReadIndex.
         * @param [properties] Properties to set
         */
        constructor(properties?: kvd.ReadIndex.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** ReadIndex group. */
        group: number;

        /** ReadIndex id. */
        id: number;

        /**
         * Encodes the specified ReadIndex message. Does not implicitly {@link kvd.ReadIndex.verify|verify} messages.
         * @param message ReadIndex message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: kvd.ReadIndex.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a ReadIndex message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {kvd.ReadIndex & kvd.ReadIndex.$Shape} ReadIndex
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): kvd.ReadIndex & kvd.ReadIndex.$Shape;
    }

    namespace ReadIndex {

        /** Properties of a ReadIndex. */
        interface $Properties {

            /** ReadIndex group */
            group?: (number|null);

            /** ReadIndex id */
            id?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a ReadIndex. */
        type $Shape = kvd.ReadIndex.$Properties;
    }

    /**
     * Properties of a ReadIndexReply.
     * @deprecated Use kvd.ReadIndexReply.$Properties instead.
     */
    interface IReadIndexReply extends kvd.ReadIndexReply.$Properties {
    }

    /** Represents a ReadIndexReply. */
    class ReadIndexReply {

        /**
         * Constructs a new ReadIndexReply.
         * @param [properties] Properties to set
         */
        constructor(properties?: kvd.ReadIndexReply.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** ReadIndexReply group. */
        group: number;

        /** ReadIndexReply id. */
        id: number;

        /** ReadIndexReply granted. */
        granted: boolean;

        /** ReadIndexReply index. */
        index: number;

        /**
         * Encodes the specified ReadIndexReply message. Does not implicitly {@link kvd.ReadIndexReply.verify|verify} messages.
         * @param message ReadIndexReply message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: kvd.ReadIndexReply.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a ReadIndexReply message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {kvd.ReadIndexReply & kvd.ReadIndexReply.$Shape} ReadIndexReply
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): kvd.ReadIndexReply & kvd.ReadIndexReply.$Shape;
    }

    namespace ReadIndexReply {

        /** Properties of a ReadIndexReply. */
        interface $Properties {

            /** ReadIndexReply group */
            group?: (number|null);

            /** ReadIndexReply id */
            id?: (number|null);

            /** ReadIndexReply granted */
            granted?: (boolean|null);

            /** ReadIndexReply index */
            index?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a ReadIndexReply. */
        type $Shape = kvd.ReadIndexReply.$Properties;
    }

    /**
     * Properties of a SnapshotAsk.
     * @deprecated Use kvd.SnapshotAsk.$Properties instead.
     */
    interface ISnapshotAsk extends kvd.SnapshotAsk.$Properties {
    }

    /** Represents a SnapshotAsk. */
    class SnapshotAsk {

        /**
         * Constructs a new SnapshotAsk.
         * @param [properties] Properties to set
         */
        constructor(properties?: kvd.SnapshotAsk.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** SnapshotAsk group. */
        group: number;

        /** SnapshotAsk least. */
        least: number;

        /** SnapshotAsk hash. */
        hash: Uint8Array;

        /**
         * Encodes the specified SnapshotAsk message. Does not implicitly {@link kvd.SnapshotAsk.verify|verify} messages.
         * @param message SnapshotAsk message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: kvd.SnapshotAsk.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a SnapshotAsk message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {kvd.SnapshotAsk & kvd.SnapshotAsk.$Shape} SnapshotAsk
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): kvd.SnapshotAsk & kvd.SnapshotAsk.$Shape;
    }

    namespace SnapshotAsk {

        /** Properties of a SnapshotAsk. */
        interface $Properties {

            /** SnapshotAsk group */
            group?: (number|null);

            /** SnapshotAsk least */
            least?: (number|null);

            /** SnapshotAsk hash */
            hash?: (Uint8Array|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a SnapshotAsk. */
        type $Shape = kvd.SnapshotAsk.$Properties;
    }

    /**
     * Properties of a SnapshotOffer.
     * @deprecated Use kvd.SnapshotOffer.$Properties instead.
     */
    interface ISnapshotOffer extends kvd.SnapshotOffer.$Properties {
    }

    /** Represents a SnapshotOffer. */
    class SnapshotOffer {

        /**
         * Constructs a new SnapshotOffer.
         * @param [properties] Properties to set
         */
        constructor(properties?: kvd.SnapshotOffer.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** SnapshotOffer group. */
        group: number;

        /** SnapshotOffer answer. */
        answer: number;

        /** SnapshotOffer manifest. */
        manifest: Uint8Array;

        /**
         * Encodes the specified SnapshotOffer message. Does not implicitly {@link kvd.SnapshotOffer.verify|verify} messages.
         * @param message SnapshotOffer message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: kvd.SnapshotOffer.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a SnapshotOffer message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {kvd.SnapshotOffer & kvd.SnapshotOffer.$Shape} SnapshotOffer
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): kvd.SnapshotOffer & kvd.SnapshotOffer.$Shape;
    }

    namespace SnapshotOffer {

        /** Properties of a SnapshotOffer. */
        interface $Properties {

            /** SnapshotOffer group */
            group?: (number|null);

            /** SnapshotOffer answer */
            answer?: (number|null);

            /** SnapshotOffer manifest */
            manifest?: (Uint8Array|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a SnapshotOffer. */
        type $Shape = kvd.SnapshotOffer.$Properties;
    }

    /**
     * Properties of a ChunkAsk.
     * @deprecated Use kvd.ChunkAsk.$Properties instead.
     */
    interface IChunkAsk extends kvd.ChunkAsk.$Properties {
    }

    /** Represents a ChunkAsk. */
    class ChunkAsk {

        /**
         * Constructs a new ChunkAsk.
         * @param [properties] Properties to set
         */
        constructor(properties?: kvd.ChunkAsk.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** ChunkAsk group. */
        group: number;

        /** ChunkAsk hash. */
        hash: Uint8Array;

        /** ChunkAsk index. */
        index: number;

        /**
         * Encodes the specified ChunkAsk message. Does not implicitly {@link kvd.ChunkAsk.verify|verify} messages.
         * @param message ChunkAsk message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: kvd.ChunkAsk.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a ChunkAsk message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {kvd.ChunkAsk & kvd.ChunkAsk.$Shape} ChunkAsk
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): kvd.ChunkAsk & kvd.ChunkAsk.$Shape;
    }

    namespace ChunkAsk {

        /** Properties of a ChunkAsk. */
        interface $Properties {

            /** ChunkAsk group */
            group?: (number|null);

            /** ChunkAsk hash */
            hash?: (Uint8Array|null);

            /** ChunkAsk index */
            index?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a ChunkAsk. */
        type $Shape = kvd.ChunkAsk.$Properties;
    }

    /**
     * Properties of a Chunk.
     * @deprecated Use kvd.Chunk.$Properties instead.
     */
    interface IChunk extends kvd.Chunk.$Properties {
    }

    /** Represents a Chunk. */
    class Chunk {

        /**
         * Constructs a new Chunk.
         * @param [properties] Properties to set
         */
        constructor(properties?: kvd.Chunk.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Chunk group. */
        group: number;

        /** Chunk hash. */
        hash: Uint8Array;

        /** Chunk index. */
        index: number;

        /** Chunk gone. */
        gone: boolean;

        /** Chunk content. */
        content: Uint8Array;

        /**
         * Encodes the specified Chunk message. Does not implicitly {@link kvd.Chunk.verify|verify} messages.
         * @param message Chunk message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: kvd.Chunk.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Chunk message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {kvd.Chunk & kvd.Chunk.$Shape} Chunk
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): kvd.Chunk & kvd.Chunk.$Shape;
    }

    namespace Chunk {

        /** Properties of a Chunk. */
        interface $Properties {

            /** Chunk group */
            group?: (number|null);

            /** Chunk hash */
            hash?: (Uint8Array|null);

            /** Chunk index */
            index?: (number|null);

            /** Chunk gone */
            gone?: (boolean|null);

            /** Chunk content */
            content?: (Uint8Array|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Chunk. */
        type $Shape = kvd.Chunk.$Properties;
    }

    /**
     * Properties of a PutOperation.
     * @deprecated Use kvd.PutOperation.$Properties instead.
     */
    interface IPutOperation extends kvd.PutOperation.$Properties {
    }

    /** Represents a PutOperation. */
    class PutOperation {

        /**
         * Constructs a new PutOperation.
         * @param [properties] Properties to set
         */
        constructor(properties?: kvd.PutOperation.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** PutOperation key. */
        key: Uint8Array;

        /** PutOperation value. */
        value: Uint8Array;

        /** PutOperation previous. */
        previous: boolean;

        /** PutOperation condition. */
        condition: number;

        /** PutOperation ifRevision. */
        ifRevision: number;

        /** PutOperation ifValue. */
        ifValue: Uint8Array;

        /** PutOperation ttlMs. */
        ttlMs: number;

        /** PutOperation leaseId. */
        leaseId: number;

        /** PutOperation owner. */
        owner: string;

        /** PutOperation fenceKey. */
        fenceKey: Uint8Array;

        /** PutOperation fenceToken. */
        fenceToken: number;

        /**
         * Encodes the specified PutOperation message. Does not implicitly {@link kvd.PutOperation.verify|verify} messages.
         * @param message PutOperation message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: kvd.PutOperation.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a PutOperation message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {kvd.PutOperation & kvd.PutOperation.$Shape} PutOperation
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): kvd.PutOperation & kvd.PutOperation.$Shape;
    }

    namespace PutOperation {

        /** Properties of a PutOperation. */
        interface $Properties {

            /** PutOperation key */
            key?: (Uint8Array|null);

            /** PutOperation value */
            value?: (Uint8Array|null);

            /** PutOperation previous */
            previous?: (boolean|null);

            /** PutOperation condition */
            condition?: (number|null);

            /** PutOperation ifRevision */
            ifRevision?: (number|null);

            /** PutOperation ifValue */
            ifValue?: (Uint8Array|null);

            /** PutOperation ttlMs */
            ttlMs?: (number|null);

            /** PutOperation leaseId */
            leaseId?: (number|null);

            /** PutOperation owner */
            owner?: (string|null);

            /** PutOperation fenceKey */
            fenceKey?: (Uint8Array|null);

            /** PutOperation fenceToken */
            fenceToken?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a PutOperation. */
        type $Shape = kvd.PutOperation.$Properties;
    }

    /**
     * Properties of a DeleteOperation.
     * @deprecated Use kvd.DeleteOperation.$Properties instead.
     */
    interface IDeleteOperation extends kvd.DeleteOperation.$Properties {
    }

    /** Represents a DeleteOperation. */
    class DeleteOperation {

        /**
         * Constructs a new DeleteOperation.
         * @param [properties] Properties to set
         */
        constructor(properties?: kvd.DeleteOperation.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** DeleteOperation key. */
        key: Uint8Array;

        /** DeleteOperation previous. */
        previous: boolean;

        /** DeleteOperation condition. */
        condition: number;

        /** DeleteOperation ifRevision. */
        ifRevision: number;

        /** DeleteOperation ifValue. */
        ifValue: Uint8Array;

        /** DeleteOperation fenceKey. */
        fenceKey: Uint8Array;

        /** DeleteOperation fenceToken. */
        fenceToken: number;

        /**
         * Encodes the specified DeleteOperation message. Does not implicitly {@link kvd.DeleteOperation.verify|verify} messages.
         * @param message DeleteOperation message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: kvd.DeleteOperation.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a DeleteOperation message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {kvd.DeleteOperation & kvd.DeleteOperation.$Shape} DeleteOperation
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): kvd.DeleteOperation & kvd.DeleteOperation.$Shape;
    }

    namespace DeleteOperation {

        /** Properties of a DeleteOperation. */
        interface $Properties {

            /** DeleteOperation key */
            key?: (Uint8Array|null);

            /** DeleteOperation previous */
            previous?: (boolean|null);

            /** DeleteOperation condition */
            condition?: (number|null);

            /** DeleteOperation ifRevision */
            ifRevision?: (number|null);

            /** DeleteOperation ifValue */
            ifValue?: (Uint8Array|null);

            /** DeleteOperation fenceKey */
            fenceKey?: (Uint8Array|null);

            /** DeleteOperation fenceToken */
            fenceToken?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a DeleteOperation. */
        type $Shape = kvd.DeleteOperation.$Properties;
    }

    /**
     * Properties of a DeleteRangeOperation.
     * @deprecated Use kvd.DeleteRangeOperation.$Properties instead.
     */
    interface IDeleteRangeOperation extends kvd.DeleteRangeOperation.$Properties {
    }

    /** Represents a DeleteRangeOperation. */
    class DeleteRangeOperation {

        /**
         * Constructs a new DeleteRangeOperation.
         * @param [properties] Properties to set
         */
        constructor(properties?: kvd.DeleteRangeOperation.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** DeleteRangeOperation start. */
        start: Uint8Array;

        /** DeleteRangeOperation bounded. */
        bounded: boolean;

        /** DeleteRangeOperation end. */
        end: Uint8Array;

        /** DeleteRangeOperation extent. */
        extent: number;

        /** DeleteRangeOperation keys. */
        keys: number;

        /** DeleteRangeOperation fenceKey. */
        fenceKey: Uint8Array;

        /** DeleteRangeOperation fenceToken. */
        fenceToken: number;

        /**
         * Encodes the specified DeleteRangeOperation message. Does not implicitly {@link kvd.DeleteRangeOperation.verify|verify} messages.
         * @param message DeleteRangeOperation message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: kvd.DeleteRangeOperation.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a DeleteRangeOperation message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {kvd.DeleteRangeOperation & kvd.DeleteRangeOperation.$Shape} DeleteRangeOperation
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): kvd.DeleteRangeOperation & kvd.DeleteRangeOperation.$Shape;
    }

    namespace DeleteRangeOperation {

        /** Properties of a DeleteRangeOperation. */
        interface $Properties {

            /** DeleteRangeOperation start */
            start?: (Uint8Array|null);

            /** DeleteRangeOperation bounded */
            bounded?: (boolean|null);

            /** DeleteRangeOperation end */
            end?: (Uint8Array|null);

            /** DeleteRangeOperation extent */
            extent?: (number|null);

            /** DeleteRangeOperation keys */
            keys?: (number|null);

            /** DeleteRangeOperation fenceKey */
            fenceKey?: (Uint8Array|null);

            /** DeleteRangeOperation fenceToken */
            fenceToken?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a DeleteRangeOperation. */
        type $Shape = kvd.DeleteRangeOperation.$Properties;
    }

    /**
     * Properties of a PutAllOperation.
     * @deprecated Use kvd.PutAllOperation.$Properties instead.
     */
    interface IPutAllOperation extends kvd.PutAllOperation.$Properties {
    }

    /** Represents a PutAllOperation. */
    class PutAllOperation {

        /**
         * Constructs a new PutAllOperation.
         * @param [properties] Properties to set
         */
        constructor(properties?: kvd.PutAllOperation.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** PutAllOperation keys. */
        keys: Uint8Array[];

        /** PutAllOperation values. */
        values: Uint8Array[];

        /** PutAllOperation ttlsMs. */
        ttlsMs: number[];

        /** PutAllOperation leaseIds. */
        leaseIds: number[];

        /** PutAllOperation owner. */
        owner: string;

        /** PutAllOperation fenceKey. */
        fenceKey: Uint8Array;

        /** PutAllOperation fenceToken. */
        fenceToken: number;

        /**
         * Encodes the specified PutAllOperation message. Does not implicitly {@link kvd.PutAllOperation.verify|verify} messages.
         * @param message PutAllOperation message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: kvd.PutAllOperation.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a PutAllOperation message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {kvd.PutAllOperation & kvd.PutAllOperation.$Shape} PutAllOperation
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): kvd.PutAllOperation & kvd.PutAllOperation.$Shape;
    }

    namespace PutAllOperation {

        /** Properties of a PutAllOperation. */
        interface $Properties {

            /** PutAllOperation keys */
            keys?: (Uint8Array[]|null);

            /** PutAllOperation values */
            values?: (Uint8Array[]|null);

            /** PutAllOperation ttlsMs */
            ttlsMs?: (number[]|null);

            /** PutAllOperation leaseIds */
            leaseIds?: (number[]|null);

            /** PutAllOperation owner */
            owner?: (string|null);

            /** PutAllOperation fenceKey */
            fenceKey?: (Uint8Array|null);

            /** PutAllOperation fenceToken */
            fenceToken?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a PutAllOperation. */
        type $Shape = kvd.PutAllOperation.$Properties;
    }

    /**
     * Properties of a ModifyOperation.
     * @deprecated Use kvd.ModifyOperation.$Properties instead.
     */
    interface IModifyOperation extends kvd.ModifyOperation.$Properties {
    }

    /** Represents a ModifyOperation. */
    class ModifyOperation {

        /**
         * Constructs a new ModifyOperation.
         * @param [properties] Properties to set
         */
        constructor(properties?: kvd.ModifyOperation.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** ModifyOperation key. */
        key: Uint8Array;

        /** ModifyOperation change. */
        change: number;

        /** ModifyOperation argument. */
        argument: Uint8Array;

        /** ModifyOperation expected. */
        expected: Uint8Array;

        /** ModifyOperation returnsValue. */
        returnsValue: boolean;

        /** ModifyOperation previous. */
        previous: boolean;

        /** ModifyOperation fenceKey. */
        fenceKey: Uint8Array;

        /** ModifyOperation fenceToken. */
        fenceToken: number;

        /**
         * Encodes the specified ModifyOperation message. Does not implicitly {@link kvd.ModifyOperation.verify|verify} messages.
         * @param message ModifyOperation message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: kvd.ModifyOperation.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a ModifyOperation message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {kvd.ModifyOperation & kvd.ModifyOperation.$Shape} ModifyOperation
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): kvd.ModifyOperation & kvd.ModifyOperation.$Shape;
    }

    namespace ModifyOperation {

        /** Properties of a ModifyOperation. */
        interface $Properties {

            /** ModifyOperation key */
            key?: (Uint8Array|null);

            /** ModifyOperation change */
            change?: (number|null);

            /** ModifyOperation argument */
            argument?: (Uint8Array|null);

            /** ModifyOperation expected */
            expected?: (Uint8Array|null);

            /** ModifyOperation returnsValue */
            returnsValue?: (boolean|null);

            /** ModifyOperation previous */
            previous?: (boolean|null);

            /** ModifyOperation fenceKey */
            fenceKey?: (Uint8Array|null);

            /** ModifyOperation fenceToken */
            fenceToken?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a ModifyOperation. */
        type $Shape = kvd.ModifyOperation.$Properties;
    }

    /**
     * Properties of a Compare.
     * @deprecated Use kvd.Compare.$Properties instead.
     */
    interface ICompare extends kvd.Compare.$Properties {
    }

    /** Represents a Compare. */
    class Compare {

        /**
         * Constructs a new Compare.
         * @param [properties] Properties to set
         */
        constructor(properties?: kvd.Compare.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Compare key. */
        key: Uint8Array;

        /** Compare target. */
        target: number;

        /** Compare relation. */
        relation: number;

        /** Compare value. */
        value: Uint8Array;

        /** Compare number. */
        number: number;

        /**
         * Encodes the specified Compare message. Does not implicitly {@link kvd.Compare.verify|verify} messages.
         * @param message Compare message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: kvd.Compare.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Compare message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {kvd.Compare & kvd.Compare.$Shape} Compare
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): kvd.Compare & kvd.Compare.$Shape;
    }

    namespace Compare {

        /** Properties of a Compare. */
        interface $Properties {

            /** Compare key */
            key?: (Uint8Array|null);

            /** Compare target */
            target?: (number|null);

            /** Compare relation */
            relation?: (number|null);

            /** Compare value */
            value?: (Uint8Array|null);

            /** Compare number */
            number?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Compare. */
        type $Shape = kvd.Compare.$Properties;
    }

    /**
     * Properties of a TxnStep.
     * @deprecated Use kvd.TxnStep.$Properties instead.
     */
    interface ITxnStep extends kvd.TxnStep.$Properties {
    }

    /** Represents a TxnStep. */
    class TxnStep {

        /**
         * Constructs a new TxnStep.
         * @param [properties] Properties to set
         */
        constructor(properties?: kvd.TxnStep.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** TxnStep kind. */
        kind: number;

        /** TxnStep key. */
        key: Uint8Array;

        /** TxnStep value. */
        value: Uint8Array;

        /** TxnStep previous. */
        previous: boolean;

        /** TxnStep bounded. */
        bounded: boolean;

        /** TxnStep end. */
        end: Uint8Array;

        /** TxnStep ttlMs. */
        ttlMs: number;

        /** TxnStep leaseId. */
        leaseId: number;

        /**
         * Encodes the specified TxnStep message. Does not implicitly {@link kvd.TxnStep.verify|verify} messages.
         * @param message TxnStep message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: kvd.TxnStep.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a TxnStep message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {kvd.TxnStep & kvd.TxnStep.$Shape} TxnStep
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): kvd.TxnStep & kvd.TxnStep.$Shape;
    }

    namespace TxnStep {

        /** Properties of a TxnStep. */
        interface $Properties {

            /** TxnStep kind */
            kind?: (number|null);

            /** TxnStep key */
            key?: (Uint8Array|null);

            /** TxnStep value */
            value?: (Uint8Array|null);

            /** TxnStep previous */
            previous?: (boolean|null);

            /** TxnStep bounded */
            bounded?: (boolean|null);

            /** TxnStep end */
            end?: (Uint8Array|null);

            /** TxnStep ttlMs */
            ttlMs?: (number|null);

            /** TxnStep leaseId */
            leaseId?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a TxnStep. */
        type $Shape = kvd.TxnStep.$Properties;
    }

    /**
     * Properties of a TxnOperation.
     * @deprecated Use kvd.TxnOperation.$Properties instead.
     */
    interface ITxnOperation extends kvd.TxnOperation.$Properties {
    }

    /** Represents a TxnOperation. */
    class TxnOperation {

        /**
         * Constructs a new TxnOperation.
         * @param [properties] Properties to set
         */
        constructor(properties?: kvd.TxnOperation.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** TxnOperation compares. */
        compares: kvd.Compare.$Properties[];

        /** TxnOperation steps. */
        steps: kvd.TxnStep.$Properties[];

        /** TxnOperation otherwise. */
        otherwise: kvd.TxnStep.$Properties[];

        /** TxnOperation owner. */
        owner: string;

        /** TxnOperation fenceKey. */
        fenceKey: Uint8Array;

        /** TxnOperation fenceToken. */
        fenceToken: number;

        /**
         * Encodes the specified TxnOperation message. Does not implicitly {@link kvd.TxnOperation.verify|verify} messages.
         * @param message TxnOperation message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: kvd.TxnOperation.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a TxnOperation message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {kvd.TxnOperation & kvd.TxnOperation.$Shape} TxnOperation
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): kvd.TxnOperation & kvd.TxnOperation.$Shape;
    }

    namespace TxnOperation {

        /** Properties of a TxnOperation. */
        interface $Properties {

            /** TxnOperation compares */
            compares?: (kvd.Compare.$Properties[]|null);

            /** TxnOperation steps */
            steps?: (kvd.TxnStep.$Properties[]|null);

            /** TxnOperation otherwise */
            otherwise?: (kvd.TxnStep.$Properties[]|null);

            /** TxnOperation owner */
            owner?: (string|null);

            /** TxnOperation fenceKey */
            fenceKey?: (Uint8Array|null);

            /** TxnOperation fenceToken */
            fenceToken?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a TxnOperation. */
        type $Shape = kvd.TxnOperation.$Properties;
    }

    /**
     * Properties of a TouchOperation.
     * @deprecated Use kvd.TouchOperation.$Properties instead.
     */
    interface ITouchOperation extends kvd.TouchOperation.$Properties {
    }

    /** Represents a TouchOperation. */
    class TouchOperation {

        /**
         * Constructs a new TouchOperation.
         * @param [properties] Properties to set
         */
        constructor(properties?: kvd.TouchOperation.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** TouchOperation key. */
        key: Uint8Array;

        /** TouchOperation ttlMs. */
        ttlMs: number;

        /** TouchOperation fenceKey. */
        fenceKey: Uint8Array;

        /** TouchOperation fenceToken. */
        fenceToken: number;

        /**
         * Encodes the specified TouchOperation message. Does not implicitly {@link kvd.TouchOperation.verify|verify} messages.
         * @param message TouchOperation message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: kvd.TouchOperation.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a TouchOperation message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {kvd.TouchOperation & kvd.TouchOperation.$Shape} TouchOperation
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): kvd.TouchOperation & kvd.TouchOperation.$Shape;
    }

    namespace TouchOperation {

        /** Properties of a TouchOperation. */
        interface $Properties {

            /** TouchOperation key */
            key?: (Uint8Array|null);

            /** TouchOperation ttlMs */
            ttlMs?: (number|null);

            /** TouchOperation fenceKey */
            fenceKey?: (Uint8Array|null);

            /** TouchOperation fenceToken */
            fenceToken?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a TouchOperation. */
        type $Shape = kvd.TouchOperation.$Properties;
    }

    /**
     * Properties of a LeaseGrantOperation.
     * @deprecated Use kvd.LeaseGrantOperation.$Properties instead.
     */
    interface ILeaseGrantOperation extends kvd.LeaseGrantOperation.$Properties {
    }

    /** Represents a LeaseGrantOperation. */
    class LeaseGrantOperation {

        /**
         * Constructs a new LeaseGrantOperation.
         * @param [properties] Properties to set
         */
        constructor(properties?: kvd.LeaseGrantOperation.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** LeaseGrantOperation leaseId. */
        leaseId: number;

        /** LeaseGrantOperation ttlMs. */
        ttlMs: number;

        /** LeaseGrantOperation owner. */
        owner: string;

        /**
         * Encodes the specified LeaseGrantOperation message. Does not implicitly {@link kvd.LeaseGrantOperation.verify|verify} messages.
         * @param message LeaseGrantOperation message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: kvd.LeaseGrantOperation.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a LeaseGrantOperation message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {kvd.LeaseGrantOperation & kvd.LeaseGrantOperation.$Shape} LeaseGrantOperation
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): kvd.LeaseGrantOperation & kvd.LeaseGrantOperation.$Shape;
    }

    namespace LeaseGrantOperation {

        /** Properties of a LeaseGrantOperation. */
        interface $Properties {

            /** LeaseGrantOperation leaseId */
            leaseId?: (number|null);

            /** LeaseGrantOperation ttlMs */
            ttlMs?: (number|null);

            /** LeaseGrantOperation owner */
            owner?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a LeaseGrantOperation. */
        type $Shape = kvd.LeaseGrantOperation.$Properties;
    }

    /**
     * Properties of a LeaseKeepOperation.
     * @deprecated Use kvd.LeaseKeepOperation.$Properties instead.
     */
    interface ILeaseKeepOperation extends kvd.LeaseKeepOperation.$Properties {
    }

    /** Represents a LeaseKeepOperation. */
    class LeaseKeepOperation {

        /**
         * Constructs a new LeaseKeepOperation.
         * @param [properties] Properties to set
         */
        constructor(properties?: kvd.LeaseKeepOperation.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** LeaseKeepOperation leaseId. */
        leaseId: number;

        /** LeaseKeepOperation owner. */
        owner: string;

        /**
         * Encodes the specified LeaseKeepOperation message. Does not implicitly {@link kvd.LeaseKeepOperation.verify|verify} messages.
         * @param message LeaseKeepOperation message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: kvd.LeaseKeepOperation.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a LeaseKeepOperation message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {kvd.LeaseKeepOperation & kvd.LeaseKeepOperation.$Shape} LeaseKeepOperation
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): kvd.LeaseKeepOperation & kvd.LeaseKeepOperation.$Shape;
    }

    namespace LeaseKeepOperation {

        /** Properties of a LeaseKeepOperation. */
        interface $Properties {

            /** LeaseKeepOperation leaseId */
            leaseId?: (number|null);

            /** LeaseKeepOperation owner */
            owner?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a LeaseKeepOperation. */
        type $Shape = kvd.LeaseKeepOperation.$Properties;
    }

    /**
     * Properties of a LeaseRevokeOperation.
     * @deprecated Use kvd.LeaseRevokeOperation.$Properties instead.
     */
    interface ILeaseRevokeOperation extends kvd.LeaseRevokeOperation.$Properties {
    }

    /** Represents a LeaseRevokeOperation. */
    class LeaseRevokeOperation {

        /**
         * Constructs a new LeaseRevokeOperation.
         * @param [properties] Properties to set
         */
        constructor(properties?: kvd.LeaseRevokeOperation.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** LeaseRevokeOperation leaseId. */
        leaseId: number;

        /** LeaseRevokeOperation owner. */
        owner: string;

        /**
         * Encodes the specified LeaseRevokeOperation message. Does not implicitly {@link kvd.LeaseRevokeOperation.verify|verify} messages.
         * @param message LeaseRevokeOperation message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: kvd.LeaseRevokeOperation.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a LeaseRevokeOperation message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {kvd.LeaseRevokeOperation & kvd.LeaseRevokeOperation.$Shape} LeaseRevokeOperation
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): kvd.LeaseRevokeOperation & kvd.LeaseRevokeOperation.$Shape;
    }

    namespace LeaseRevokeOperation {

        /** Properties of a LeaseRevokeOperation. */
        interface $Properties {

            /** LeaseRevokeOperation leaseId */
            leaseId?: (number|null);

            /** LeaseRevokeOperation owner */
            owner?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a LeaseRevokeOperation. */
        type $Shape = kvd.LeaseRevokeOperation.$Properties;
    }

    /**
     * Properties of a CompactOperation.
     * @deprecated Use kvd.CompactOperation.$Properties instead.
     */
    interface ICompactOperation extends kvd.CompactOperation.$Properties {
    }

    /** Represents a CompactOperation. */
    class CompactOperation {

        /**
         * Constructs a new CompactOperation.
         * @param [properties] Properties to set
         */
        constructor(properties?: kvd.CompactOperation.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** CompactOperation revision. */
        revision: number;

        /**
         * Encodes the specified CompactOperation message. Does not implicitly {@link kvd.CompactOperation.verify|verify} messages.
         * @param message CompactOperation message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: kvd.CompactOperation.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a CompactOperation message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {kvd.CompactOperation & kvd.CompactOperation.$Shape} CompactOperation
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): kvd.CompactOperation & kvd.CompactOperation.$Shape;
    }

    namespace CompactOperation {

        /** Properties of a CompactOperation. */
        interface $Properties {

            /** CompactOperation revision */
            revision?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a CompactOperation. */
        type $Shape = kvd.CompactOperation.$Properties;
    }

    /**
     * Properties of a ConfigureOperation.
     * @deprecated Use kvd.ConfigureOperation.$Properties instead.
     */
    interface IConfigureOperation extends kvd.ConfigureOperation.$Properties {
    }

    /** Represents a ConfigureOperation. */
    class ConfigureOperation {

        /**
         * Constructs a new ConfigureOperation.
         * @param [properties] Properties to set
         */
        constructor(properties?: kvd.ConfigureOperation.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** ConfigureOperation leaderLeaseMs. */
        leaderLeaseMs: number;

        /**
         * Encodes the specified ConfigureOperation message. Does not implicitly {@link kvd.ConfigureOperation.verify|verify} messages.
         * @param message ConfigureOperation message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: kvd.ConfigureOperation.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a ConfigureOperation message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {kvd.ConfigureOperation & kvd.ConfigureOperation.$Shape} ConfigureOperation
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): kvd.ConfigureOperation & kvd.ConfigureOperation.$Shape;
    }

    namespace ConfigureOperation {

        /** Properties of a ConfigureOperation. */
        interface $Properties {

            /** ConfigureOperation leaderLeaseMs */
            leaderLeaseMs?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a ConfigureOperation. */
        type $Shape = kvd.ConfigureOperation.$Properties;
    }

    /**
     * Properties of a PrincipalCreateOperation.
     * @deprecated Use kvd.PrincipalCreateOperation.$Properties instead.
     */
    interface IPrincipalCreateOperation extends kvd.PrincipalCreateOperation.$Properties {
    }

    /** Represents a PrincipalCreateOperation. */
    class PrincipalCreateOperation {

        /**
         * Constructs a new PrincipalCreateOperation.
         * @param [properties] Properties to set
         */
        constructor(properties?: kvd.PrincipalCreateOperation.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** PrincipalCreateOperation id. */
        id: string;

        /** PrincipalCreateOperation role. */
        role: number;

        /** PrincipalCreateOperation prefix. */
        prefix: Uint8Array;

        /** PrincipalCreateOperation verifier. */
        verifier: Uint8Array;

        /**
         * Encodes the specified PrincipalCreateOperation message. Does not implicitly {@link kvd.PrincipalCreateOperation.verify|verify} messages.
         * @param message PrincipalCreateOperation message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: kvd.PrincipalCreateOperation.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a PrincipalCreateOperation message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {kvd.PrincipalCreateOperation & kvd.PrincipalCreateOperation.$Shape} PrincipalCreateOperation
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): kvd.PrincipalCreateOperation & kvd.PrincipalCreateOperation.$Shape;
    }

    namespace PrincipalCreateOperation {

        /** Properties of a PrincipalCreateOperation. */
        interface $Properties {

            /** PrincipalCreateOperation id */
            id?: (string|null);

            /** PrincipalCreateOperation role */
            role?: (number|null);

            /** PrincipalCreateOperation prefix */
            prefix?: (Uint8Array|null);

            /** PrincipalCreateOperation verifier */
            verifier?: (Uint8Array|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a PrincipalCreateOperation. */
        type $Shape = kvd.PrincipalCreateOperation.$Properties;
    }

    /**
     * Properties of a PrincipalRotateOperation.
     * @deprecated Use kvd.PrincipalRotateOperation.$Properties instead.
     */
    interface IPrincipalRotateOperation extends kvd.PrincipalRotateOperation.$Properties {
    }

    /** Represents a PrincipalRotateOperation. */
    class PrincipalRotateOperation {

        /**
         * Constructs a new PrincipalRotateOperation.
         * @param [properties] Properties to set
         */
        constructor(properties?: kvd.PrincipalRotateOperation.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** PrincipalRotateOperation id. */
        id: string;

        /** PrincipalRotateOperation verifier. */
        verifier: Uint8Array;

        /** PrincipalRotateOperation graceMs. */
        graceMs: number;

        /**
         * Encodes the specified PrincipalRotateOperation message. Does not implicitly {@link kvd.PrincipalRotateOperation.verify|verify} messages.
         * @param message PrincipalRotateOperation message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: kvd.PrincipalRotateOperation.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a PrincipalRotateOperation message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {kvd.PrincipalRotateOperation & kvd.PrincipalRotateOperation.$Shape} PrincipalRotateOperation
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): kvd.PrincipalRotateOperation & kvd.PrincipalRotateOperation.$Shape;
    }

    namespace PrincipalRotateOperation {

        /** Properties of a PrincipalRotateOperation. */
        interface $Properties {

            /** PrincipalRotateOperation id */
            id?: (string|null);

            /** PrincipalRotateOperation verifier */
            verifier?: (Uint8Array|null);

            /** PrincipalRotateOperation graceMs */
            graceMs?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a PrincipalRotateOperation. */
        type $Shape = kvd.PrincipalRotateOperation.$Properties;
    }

    /**
     * Properties of a PrincipalRevokeOperation.
     * @deprecated Use kvd.PrincipalRevokeOperation.$Properties instead.
     */
    interface IPrincipalRevokeOperation extends kvd.PrincipalRevokeOperation.$Properties {
    }

    /** Represents a PrincipalRevokeOperation. */
    class PrincipalRevokeOperation {

        /**
         * Constructs a new PrincipalRevokeOperation.
         * @param [properties] Properties to set
         */
        constructor(properties?: kvd.PrincipalRevokeOperation.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** PrincipalRevokeOperation id. */
        id: string;

        /**
         * Encodes the specified PrincipalRevokeOperation message. Does not implicitly {@link kvd.PrincipalRevokeOperation.verify|verify} messages.
         * @param message PrincipalRevokeOperation message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: kvd.PrincipalRevokeOperation.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a PrincipalRevokeOperation message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {kvd.PrincipalRevokeOperation & kvd.PrincipalRevokeOperation.$Shape} PrincipalRevokeOperation
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): kvd.PrincipalRevokeOperation & kvd.PrincipalRevokeOperation.$Shape;
    }

    namespace PrincipalRevokeOperation {

        /** Properties of a PrincipalRevokeOperation. */
        interface $Properties {

            /** PrincipalRevokeOperation id */
            id?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a PrincipalRevokeOperation. */
        type $Shape = kvd.PrincipalRevokeOperation.$Properties;
    }

    /**
     * Properties of a Command.
     * @deprecated Use kvd.Command.$Properties instead.
     */
    interface ICommand extends kvd.Command.$Properties {
    }

    /** Represents a Command. */
    class Command {

        /**
         * Constructs a new Command.
         * @param [properties] Properties to set
         */
        constructor(properties?: kvd.Command.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Command client. */
        client: Uint8Array;

        /** Command sequence. */
        sequence: number;

        /** Command acknowledged. */
        acknowledged: number;

        /** Command deadlineMs. */
        deadlineMs: number;

        /** Command payload. */
        payload: Uint8Array;

        /**
         * Encodes the specified Command message. Does not implicitly {@link kvd.Command.verify|verify} messages.
         * @param message Command message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: kvd.Command.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Command message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {kvd.Command & kvd.Command.$Shape} Command
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): kvd.Command & kvd.Command.$Shape;
    }

    namespace Command {

        /** Properties of a Command. */
        interface $Properties {

            /** Command client */
            client?: (Uint8Array|null);

            /** Command sequence */
            sequence?: (number|null);

            /** Command acknowledged */
            acknowledged?: (number|null);

            /** Command deadlineMs */
            deadlineMs?: (number|null);

            /** Command payload */
            payload?: (Uint8Array|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Command. */
        type $Shape = kvd.Command.$Properties;
    }

    /**
     * Properties of a Batch.
     * @deprecated Use kvd.Batch.$Properties instead.
     */
    interface IBatch extends kvd.Batch.$Properties {
    }

    /** Represents a Batch. */
    class Batch {

        /**
         * Constructs a new Batch.
         * @param [properties] Properties to set
         */
        constructor(properties?: kvd.Batch.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Batch stampMs. */
        stampMs: number;

        /** Batch wallMs. */
        wallMs: number;

        /** Batch commands. */
        commands: Uint8Array[];

        /** Batch reign. */
        reign: number;

        /**
         * Encodes the specified Batch message. Does not implicitly {@link kvd.Batch.verify|verify} messages.
         * @param message Batch message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: kvd.Batch.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Batch message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {kvd.Batch & kvd.Batch.$Shape} Batch
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): kvd.Batch & kvd.Batch.$Shape;
    }

    namespace Batch {

        /** Properties of a Batch. */
        interface $Properties {

            /** Batch stampMs */
            stampMs?: (number|null);

            /** Batch wallMs */
            wallMs?: (number|null);

            /** Batch commands */
            commands?: (Uint8Array[]|null);

            /** Batch reign */
            reign?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Batch. */
        type $Shape = kvd.Batch.$Properties;
    }

    /**
     * Properties of a Member.
     * @deprecated Use kvd.Member.$Properties instead.
     */
    interface IMember extends kvd.Member.$Properties {
    }

    /** Represents a Member. */
    class Member {

        /**
         * Constructs a new Member.
         * @param [properties] Properties to set
         */
        constructor(properties?: kvd.Member.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Member id. */
        id: number;

        /** Member name. */
        name: string;

        /** Member host. */
        host: string;

        /** Member port. */
        port: number;

        /** Member role. */
        role: number;

        /** Member incarnation. */
        incarnation: Uint8Array;

        /**
         * Encodes the specified Member message. Does not implicitly {@link kvd.Member.verify|verify} messages.
         * @param message Member message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: kvd.Member.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Member message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {kvd.Member & kvd.Member.$Shape} Member
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): kvd.Member & kvd.Member.$Shape;
    }

    namespace Member {

        /** Properties of a Member. */
        interface $Properties {

            /** Member id */
            id?: (number|null);

            /** Member name */
            name?: (string|null);

            /** Member host */
            host?: (string|null);

            /** Member port */
            port?: (number|null);

            /** Member role */
            role?: (number|null);

            /** Member incarnation */
            incarnation?: (Uint8Array|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Member. */
        type $Shape = kvd.Member.$Properties;
    }

    /**
     * Properties of a Membership.
     * @deprecated Use kvd.Membership.$Properties instead.
     */
    interface IMembership extends kvd.Membership.$Properties {
    }

    /** Represents a Membership. */
    class Membership {

        /**
         * Constructs a new Membership.
         * @param [properties] Properties to set
         */
        constructor(properties?: kvd.Membership.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Membership epoch. */
        epoch: number;

        /** Membership members. */
        members: kvd.Member.$Properties[];

        /** Membership nextNodeId. */
        nextNodeId: number;

        /**
         * Encodes the specified Membership message. Does not implicitly {@link kvd.Membership.verify|verify} messages.
         * @param message Membership message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: kvd.Membership.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Membership message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {kvd.Membership & kvd.Membership.$Shape} Membership
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): kvd.Membership & kvd.Membership.$Shape;
    }

    namespace Membership {

        /** Properties of a Membership. */
        interface $Properties {

            /** Membership epoch */
            epoch?: (number|null);

            /** Membership members */
            members?: (kvd.Member.$Properties[]|null);

            /** Membership nextNodeId */
            nextNodeId?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Membership. */
        type $Shape = kvd.Membership.$Properties;
    }

    /**
     * Properties of a MembershipEntry.
     * @deprecated Use kvd.MembershipEntry.$Properties instead.
     */
    interface IMembershipEntry extends kvd.MembershipEntry.$Properties {
    }

    /** Represents a MembershipEntry. */
    class MembershipEntry {

        /**
         * Constructs a new MembershipEntry.
         * @param [properties] Properties to set
         */
        constructor(properties?: kvd.MembershipEntry.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** MembershipEntry replaces. */
        replaces: number;

        /** MembershipEntry membership. */
        membership?: (kvd.Membership.$Properties|null);

        /**
         * Encodes the specified MembershipEntry message. Does not implicitly {@link kvd.MembershipEntry.verify|verify} messages.
         * @param message MembershipEntry message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: kvd.MembershipEntry.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a MembershipEntry message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {kvd.MembershipEntry & kvd.MembershipEntry.$Shape} MembershipEntry
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): kvd.MembershipEntry & kvd.MembershipEntry.$Shape;
    }

    namespace MembershipEntry {

        /** Properties of a MembershipEntry. */
        interface $Properties {

            /** MembershipEntry replaces */
            replaces?: (number|null);

            /** MembershipEntry membership */
            membership?: (kvd.Membership.$Properties|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a MembershipEntry. */
        type $Shape = kvd.MembershipEntry.$Properties;
    }

    /**
     * Properties of a MutateRequest.
     * @deprecated Use kvd.MutateRequest.$Properties instead.
     */
    interface IMutateRequest extends kvd.MutateRequest.$Properties {
    }

    /** Represents a MutateRequest. */
    class MutateRequest {

        /**
         * Constructs a new MutateRequest.
         * @param [properties] Properties to set
         */
        constructor(properties?: kvd.MutateRequest.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** MutateRequest id. */
        id: number;

        /** MutateRequest timeoutMs. */
        timeoutMs: number;

        /** MutateRequest forwarded. */
        forwarded: boolean;

        /** MutateRequest command. */
        command: Uint8Array;

        /**
         * Encodes the specified MutateRequest message. Does not implicitly {@link kvd.MutateRequest.verify|verify} messages.
         * @param message MutateRequest message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: kvd.MutateRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a MutateRequest message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {kvd.MutateRequest & kvd.MutateRequest.$Shape} MutateRequest
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): kvd.MutateRequest & kvd.MutateRequest.$Shape;
    }

    namespace MutateRequest {

        /** Properties of a MutateRequest. */
        interface $Properties {

            /** MutateRequest id */
            id?: (number|null);

            /** MutateRequest timeoutMs */
            timeoutMs?: (number|null);

            /** MutateRequest forwarded */
            forwarded?: (boolean|null);

            /** MutateRequest command */
            command?: (Uint8Array|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a MutateRequest. */
        type $Shape = kvd.MutateRequest.$Properties;
    }

    /**
     * Properties of a GetRequest.
     * @deprecated Use kvd.GetRequest.$Properties instead.
     */
    interface IGetRequest extends kvd.GetRequest.$Properties {
    }

    /** Represents a GetRequest. */
    class GetRequest {

        /**
         * Constructs a new GetRequest.
         * @param [properties] Properties to set
         */
        constructor(properties?: kvd.GetRequest.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** GetRequest id. */
        id: number;

        /** GetRequest timeoutMs. */
        timeoutMs: number;

        /** GetRequest level. */
        level: number;

        /** GetRequest token. */
        token: number;

        /** GetRequest key. */
        key: Uint8Array;

        /** GetRequest minRevision. */
        minRevision: number;

        /** GetRequest staleBounded. */
        staleBounded: boolean;

        /** GetRequest maxStalenessMs. */
        maxStalenessMs: number;

        /** GetRequest revision. */
        revision: number;

        /**
         * Encodes the specified GetRequest message. Does not implicitly {@link kvd.GetRequest.verify|verify} messages.
         * @param message GetRequest message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: kvd.GetRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a GetRequest message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {kvd.GetRequest & kvd.GetRequest.$Shape} GetRequest
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): kvd.GetRequest & kvd.GetRequest.$Shape;
    }

    namespace GetRequest {

        /** Properties of a GetRequest. */
        interface $Properties {

            /** GetRequest id */
            id?: (number|null);

            /** GetRequest timeoutMs */
            timeoutMs?: (number|null);

            /** GetRequest level */
            level?: (number|null);

            /** GetRequest token */
            token?: (number|null);

            /** GetRequest key */
            key?: (Uint8Array|null);

            /** GetRequest minRevision */
            minRevision?: (number|null);

            /** GetRequest staleBounded */
            staleBounded?: (boolean|null);

            /** GetRequest maxStalenessMs */
            maxStalenessMs?: (number|null);

            /** GetRequest revision */
            revision?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a GetRequest. */
        type $Shape = kvd.GetRequest.$Properties;
    }

    /**
     * Properties of a RangeRequest.
     * @deprecated Use kvd.RangeRequest.$Properties instead.
     */
    interface IRangeRequest extends kvd.RangeRequest.$Properties {
    }

    /** Represents a RangeRequest. */
    class RangeRequest {

        /**
         * Constructs a new RangeRequest.
         * @param [properties] Properties to set
         */
        constructor(properties?: kvd.RangeRequest.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** RangeRequest id. */
        id: number;

        /** RangeRequest timeoutMs. */
        timeoutMs: number;

        /** RangeRequest level. */
        level: number;

        /** RangeRequest token. */
        token: number;

        /** RangeRequest start. */
        start: Uint8Array;

        /** RangeRequest bounded. */
        bounded: boolean;

        /** RangeRequest end. */
        end: Uint8Array;

        /** RangeRequest limit. */
        limit: number;

        /** RangeRequest bytesMax. */
        bytesMax: number;

        /** RangeRequest keysOnly. */
        keysOnly: boolean;

        /** RangeRequest minRevision. */
        minRevision: number;

        /** RangeRequest staleBounded. */
        staleBounded: boolean;

        /** RangeRequest maxStalenessMs. */
        maxStalenessMs: number;

        /** RangeRequest revision. */
        revision: number;

        /**
         * Encodes the specified RangeRequest message. Does not implicitly {@link kvd.RangeRequest.verify|verify} messages.
         * @param message RangeRequest message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: kvd.RangeRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a RangeRequest message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {kvd.RangeRequest & kvd.RangeRequest.$Shape} RangeRequest
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): kvd.RangeRequest & kvd.RangeRequest.$Shape;
    }

    namespace RangeRequest {

        /** Properties of a RangeRequest. */
        interface $Properties {

            /** RangeRequest id */
            id?: (number|null);

            /** RangeRequest timeoutMs */
            timeoutMs?: (number|null);

            /** RangeRequest level */
            level?: (number|null);

            /** RangeRequest token */
            token?: (number|null);

            /** RangeRequest start */
            start?: (Uint8Array|null);

            /** RangeRequest bounded */
            bounded?: (boolean|null);

            /** RangeRequest end */
            end?: (Uint8Array|null);

            /** RangeRequest limit */
            limit?: (number|null);

            /** RangeRequest bytesMax */
            bytesMax?: (number|null);

            /** RangeRequest keysOnly */
            keysOnly?: (boolean|null);

            /** RangeRequest minRevision */
            minRevision?: (number|null);

            /** RangeRequest staleBounded */
            staleBounded?: (boolean|null);

            /** RangeRequest maxStalenessMs */
            maxStalenessMs?: (number|null);

            /** RangeRequest revision */
            revision?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a RangeRequest. */
        type $Shape = kvd.RangeRequest.$Properties;
    }

    /**
     * Properties of a StatusRequest.
     * @deprecated Use kvd.StatusRequest.$Properties instead.
     */
    interface IStatusRequest extends kvd.StatusRequest.$Properties {
    }

    /** Represents a StatusRequest. */
    class StatusRequest {

        /**
         * Constructs a new StatusRequest.
         * @param [properties] Properties to set
         */
        constructor(properties?: kvd.StatusRequest.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** StatusRequest id. */
        id: number;

        /**
         * Encodes the specified StatusRequest message. Does not implicitly {@link kvd.StatusRequest.verify|verify} messages.
         * @param message StatusRequest message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: kvd.StatusRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a StatusRequest message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {kvd.StatusRequest & kvd.StatusRequest.$Shape} StatusRequest
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): kvd.StatusRequest & kvd.StatusRequest.$Shape;
    }

    namespace StatusRequest {

        /** Properties of a StatusRequest. */
        interface $Properties {

            /** StatusRequest id */
            id?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a StatusRequest. */
        type $Shape = kvd.StatusRequest.$Properties;
    }

    /**
     * Properties of a PingRequest.
     * @deprecated Use kvd.PingRequest.$Properties instead.
     */
    interface IPingRequest extends kvd.PingRequest.$Properties {
    }

    /** Represents a PingRequest. */
    class PingRequest {

        /**
         * Constructs a new PingRequest.
         * @param [properties] Properties to set
         */
        constructor(properties?: kvd.PingRequest.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** PingRequest id. */
        id: number;

        /**
         * Encodes the specified PingRequest message. Does not implicitly {@link kvd.PingRequest.verify|verify} messages.
         * @param message PingRequest message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: kvd.PingRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a PingRequest message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {kvd.PingRequest & kvd.PingRequest.$Shape} PingRequest
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): kvd.PingRequest & kvd.PingRequest.$Shape;
    }

    namespace PingRequest {

        /** Properties of a PingRequest. */
        interface $Properties {

            /** PingRequest id */
            id?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a PingRequest. */
        type $Shape = kvd.PingRequest.$Properties;
    }

    /**
     * Properties of a CancelRequest.
     * @deprecated Use kvd.CancelRequest.$Properties instead.
     */
    interface ICancelRequest extends kvd.CancelRequest.$Properties {
    }

    /** Represents a CancelRequest. */
    class CancelRequest {

        /**
         * Constructs a new CancelRequest.
         * @param [properties] Properties to set
         */
        constructor(properties?: kvd.CancelRequest.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** CancelRequest id. */
        id: number;

        /**
         * Encodes the specified CancelRequest message. Does not implicitly {@link kvd.CancelRequest.verify|verify} messages.
         * @param message CancelRequest message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: kvd.CancelRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a CancelRequest message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {kvd.CancelRequest & kvd.CancelRequest.$Shape} CancelRequest
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): kvd.CancelRequest & kvd.CancelRequest.$Shape;
    }

    namespace CancelRequest {

        /** Properties of a CancelRequest. */
        interface $Properties {

            /** CancelRequest id */
            id?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a CancelRequest. */
        type $Shape = kvd.CancelRequest.$Properties;
    }

    /**
     * Properties of a MeasureRequest.
     * @deprecated Use kvd.MeasureRequest.$Properties instead.
     */
    interface IMeasureRequest extends kvd.MeasureRequest.$Properties {
    }

    /** Represents a MeasureRequest. */
    class MeasureRequest {

        /**
         * Constructs a new MeasureRequest.
         * @param [properties] Properties to set
         */
        constructor(properties?: kvd.MeasureRequest.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** MeasureRequest id. */
        id: number;

        /**
         * Encodes the specified MeasureRequest message. Does not implicitly {@link kvd.MeasureRequest.verify|verify} messages.
         * @param message MeasureRequest message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: kvd.MeasureRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a MeasureRequest message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {kvd.MeasureRequest & kvd.MeasureRequest.$Shape} MeasureRequest
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): kvd.MeasureRequest & kvd.MeasureRequest.$Shape;
    }

    namespace MeasureRequest {

        /** Properties of a MeasureRequest. */
        interface $Properties {

            /** MeasureRequest id */
            id?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a MeasureRequest. */
        type $Shape = kvd.MeasureRequest.$Properties;
    }

    /**
     * Properties of a HandOverRequest.
     * @deprecated Use kvd.HandOverRequest.$Properties instead.
     */
    interface IHandOverRequest extends kvd.HandOverRequest.$Properties {
    }

    /** Represents a HandOverRequest. */
    class HandOverRequest {

        /**
         * Constructs a new HandOverRequest.
         * @param [properties] Properties to set
         */
        constructor(properties?: kvd.HandOverRequest.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** HandOverRequest id. */
        id: number;

        /** HandOverRequest timeoutMs. */
        timeoutMs: number;

        /** HandOverRequest to. */
        to: string;

        /**
         * Encodes the specified HandOverRequest message. Does not implicitly {@link kvd.HandOverRequest.verify|verify} messages.
         * @param message HandOverRequest message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: kvd.HandOverRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a HandOverRequest message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {kvd.HandOverRequest & kvd.HandOverRequest.$Shape} HandOverRequest
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): kvd.HandOverRequest & kvd.HandOverRequest.$Shape;
    }

    namespace HandOverRequest {

        /** Properties of a HandOverRequest. */
        interface $Properties {

            /** HandOverRequest id */
            id?: (number|null);

            /** HandOverRequest timeoutMs */
            timeoutMs?: (number|null);

            /** HandOverRequest to */
            to?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a HandOverRequest. */
        type $Shape = kvd.HandOverRequest.$Properties;
    }

    /**
     * Properties of a MembersRequest.
     * @deprecated Use kvd.MembersRequest.$Properties instead.
     */
    interface IMembersRequest extends kvd.MembersRequest.$Properties {
    }

    /** Represents a MembersRequest. */
    class MembersRequest {

        /**
         * Constructs a new MembersRequest.
         * @param [properties] Properties to set
         */
        constructor(properties?: kvd.MembersRequest.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** MembersRequest id. */
        id: number;

        /** MembersRequest timeoutMs. */
        timeoutMs: number;

        /**
         * Encodes the specified MembersRequest message. Does not implicitly {@link kvd.MembersRequest.verify|verify} messages.
         * @param message MembersRequest message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: kvd.MembersRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a MembersRequest message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {kvd.MembersRequest & kvd.MembersRequest.$Shape} MembersRequest
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): kvd.MembersRequest & kvd.MembersRequest.$Shape;
    }

    namespace MembersRequest {

        /** Properties of a MembersRequest. */
        interface $Properties {

            /** MembersRequest id */
            id?: (number|null);

            /** MembersRequest timeoutMs */
            timeoutMs?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a MembersRequest. */
        type $Shape = kvd.MembersRequest.$Properties;
    }

    /**
     * Properties of a ChangeMembersRequest.
     * @deprecated Use kvd.ChangeMembersRequest.$Properties instead.
     */
    interface IChangeMembersRequest extends kvd.ChangeMembersRequest.$Properties {
    }

    /** Represents a ChangeMembersRequest. */
    class ChangeMembersRequest {

        /**
         * Constructs a new ChangeMembersRequest.
         * @param [properties] Properties to set
         */
        constructor(properties?: kvd.ChangeMembersRequest.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** ChangeMembersRequest id. */
        id: number;

        /** ChangeMembersRequest timeoutMs. */
        timeoutMs: number;

        /** ChangeMembersRequest epoch. */
        epoch: number;

        /** ChangeMembersRequest step. */
        step: number;

        /** ChangeMembersRequest name. */
        name: string;

        /** ChangeMembersRequest host. */
        host: string;

        /** ChangeMembersRequest port. */
        port: number;

        /** ChangeMembersRequest vote. */
        vote: boolean;

        /** ChangeMembersRequest dryRun. */
        dryRun: boolean;

        /**
         * Encodes the specified ChangeMembersRequest message. Does not implicitly {@link kvd.ChangeMembersRequest.verify|verify} messages.
         * @param message ChangeMembersRequest message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: kvd.ChangeMembersRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a ChangeMembersRequest message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {kvd.ChangeMembersRequest & kvd.ChangeMembersRequest.$Shape} ChangeMembersRequest
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): kvd.ChangeMembersRequest & kvd.ChangeMembersRequest.$Shape;
    }

    namespace ChangeMembersRequest {

        /** Properties of a ChangeMembersRequest. */
        interface $Properties {

            /** ChangeMembersRequest id */
            id?: (number|null);

            /** ChangeMembersRequest timeoutMs */
            timeoutMs?: (number|null);

            /** ChangeMembersRequest epoch */
            epoch?: (number|null);

            /** ChangeMembersRequest step */
            step?: (number|null);

            /** ChangeMembersRequest name */
            name?: (string|null);

            /** ChangeMembersRequest host */
            host?: (string|null);

            /** ChangeMembersRequest port */
            port?: (number|null);

            /** ChangeMembersRequest vote */
            vote?: (boolean|null);

            /** ChangeMembersRequest dryRun */
            dryRun?: (boolean|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a ChangeMembersRequest. */
        type $Shape = kvd.ChangeMembersRequest.$Properties;
    }

    /**
     * Properties of a StandRequest.
     * @deprecated Use kvd.StandRequest.$Properties instead.
     */
    interface IStandRequest extends kvd.StandRequest.$Properties {
    }

    /** Represents a StandRequest. */
    class StandRequest {

        /**
         * Constructs a new StandRequest.
         * @param [properties] Properties to set
         */
        constructor(properties?: kvd.StandRequest.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** StandRequest id. */
        id: number;

        /** StandRequest timeoutMs. */
        timeoutMs: number;

        /**
         * Encodes the specified StandRequest message. Does not implicitly {@link kvd.StandRequest.verify|verify} messages.
         * @param message StandRequest message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: kvd.StandRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a StandRequest message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {kvd.StandRequest & kvd.StandRequest.$Shape} StandRequest
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): kvd.StandRequest & kvd.StandRequest.$Shape;
    }

    namespace StandRequest {

        /** Properties of a StandRequest. */
        interface $Properties {

            /** StandRequest id */
            id?: (number|null);

            /** StandRequest timeoutMs */
            timeoutMs?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a StandRequest. */
        type $Shape = kvd.StandRequest.$Properties;
    }

    /**
     * Properties of a SnapshotRequest.
     * @deprecated Use kvd.SnapshotRequest.$Properties instead.
     */
    interface ISnapshotRequest extends kvd.SnapshotRequest.$Properties {
    }

    /** Represents a SnapshotRequest. */
    class SnapshotRequest {

        /**
         * Constructs a new SnapshotRequest.
         * @param [properties] Properties to set
         */
        constructor(properties?: kvd.SnapshotRequest.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** SnapshotRequest id. */
        id: number;

        /** SnapshotRequest timeoutMs. */
        timeoutMs: number;

        /** SnapshotRequest least. */
        least: number;

        /** SnapshotRequest maxAgeMs. */
        maxAgeMs: number;

        /**
         * Encodes the specified SnapshotRequest message. Does not implicitly {@link kvd.SnapshotRequest.verify|verify} messages.
         * @param message SnapshotRequest message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: kvd.SnapshotRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a SnapshotRequest message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {kvd.SnapshotRequest & kvd.SnapshotRequest.$Shape} SnapshotRequest
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): kvd.SnapshotRequest & kvd.SnapshotRequest.$Shape;
    }

    namespace SnapshotRequest {

        /** Properties of a SnapshotRequest. */
        interface $Properties {

            /** SnapshotRequest id */
            id?: (number|null);

            /** SnapshotRequest timeoutMs */
            timeoutMs?: (number|null);

            /** SnapshotRequest least */
            least?: (number|null);

            /** SnapshotRequest maxAgeMs */
            maxAgeMs?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a SnapshotRequest. */
        type $Shape = kvd.SnapshotRequest.$Properties;
    }

    /**
     * Properties of a ChunkRequest.
     * @deprecated Use kvd.ChunkRequest.$Properties instead.
     */
    interface IChunkRequest extends kvd.ChunkRequest.$Properties {
    }

    /** Represents a ChunkRequest. */
    class ChunkRequest {

        /**
         * Constructs a new ChunkRequest.
         * @param [properties] Properties to set
         */
        constructor(properties?: kvd.ChunkRequest.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** ChunkRequest id. */
        id: number;

        /** ChunkRequest timeoutMs. */
        timeoutMs: number;

        /** ChunkRequest hash. */
        hash: Uint8Array;

        /** ChunkRequest index. */
        index: number;

        /**
         * Encodes the specified ChunkRequest message. Does not implicitly {@link kvd.ChunkRequest.verify|verify} messages.
         * @param message ChunkRequest message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: kvd.ChunkRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a ChunkRequest message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {kvd.ChunkRequest & kvd.ChunkRequest.$Shape} ChunkRequest
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): kvd.ChunkRequest & kvd.ChunkRequest.$Shape;
    }

    namespace ChunkRequest {

        /** Properties of a ChunkRequest. */
        interface $Properties {

            /** ChunkRequest id */
            id?: (number|null);

            /** ChunkRequest timeoutMs */
            timeoutMs?: (number|null);

            /** ChunkRequest hash */
            hash?: (Uint8Array|null);

            /** ChunkRequest index */
            index?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a ChunkRequest. */
        type $Shape = kvd.ChunkRequest.$Properties;
    }

    /**
     * Properties of a ShortenLogRequest.
     * @deprecated Use kvd.ShortenLogRequest.$Properties instead.
     */
    interface IShortenLogRequest extends kvd.ShortenLogRequest.$Properties {
    }

    /** Represents a ShortenLogRequest. */
    class ShortenLogRequest {

        /**
         * Constructs a new ShortenLogRequest.
         * @param [properties] Properties to set
         */
        constructor(properties?: kvd.ShortenLogRequest.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** ShortenLogRequest id. */
        id: number;

        /** ShortenLogRequest timeoutMs. */
        timeoutMs: number;

        /** ShortenLogRequest keep. */
        keep: number;

        /**
         * Encodes the specified ShortenLogRequest message. Does not implicitly {@link kvd.ShortenLogRequest.verify|verify} messages.
         * @param message ShortenLogRequest message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: kvd.ShortenLogRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a ShortenLogRequest message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {kvd.ShortenLogRequest & kvd.ShortenLogRequest.$Shape} ShortenLogRequest
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): kvd.ShortenLogRequest & kvd.ShortenLogRequest.$Shape;
    }

    namespace ShortenLogRequest {

        /** Properties of a ShortenLogRequest. */
        interface $Properties {

            /** ShortenLogRequest id */
            id?: (number|null);

            /** ShortenLogRequest timeoutMs */
            timeoutMs?: (number|null);

            /** ShortenLogRequest keep */
            keep?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a ShortenLogRequest. */
        type $Shape = kvd.ShortenLogRequest.$Properties;
    }

    /**
     * Properties of an AgeRequest.
     * @deprecated Use kvd.AgeRequest.$Properties instead.
     */
    interface IAgeRequest extends kvd.AgeRequest.$Properties {
    }

    /** Represents an AgeRequest. */
    class AgeRequest {

        /**
         * Constructs a new AgeRequest.
         * @param [properties] Properties to set
         */
        constructor(properties?: kvd.AgeRequest.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** AgeRequest id. */
        id: number;

        /** AgeRequest timeoutMs. */
        timeoutMs: number;

        /** AgeRequest ageMs. */
        ageMs: number;

        /**
         * Encodes the specified AgeRequest message. Does not implicitly {@link kvd.AgeRequest.verify|verify} messages.
         * @param message AgeRequest message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: kvd.AgeRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an AgeRequest message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {kvd.AgeRequest & kvd.AgeRequest.$Shape} AgeRequest
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): kvd.AgeRequest & kvd.AgeRequest.$Shape;
    }

    namespace AgeRequest {

        /** Properties of an AgeRequest. */
        interface $Properties {

            /** AgeRequest id */
            id?: (number|null);

            /** AgeRequest timeoutMs */
            timeoutMs?: (number|null);

            /** AgeRequest ageMs */
            ageMs?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an AgeRequest. */
        type $Shape = kvd.AgeRequest.$Properties;
    }

    /**
     * Properties of a LogRequest.
     * @deprecated Use kvd.LogRequest.$Properties instead.
     */
    interface ILogRequest extends kvd.LogRequest.$Properties {
    }

    /** Represents a LogRequest. */
    class LogRequest {

        /**
         * Constructs a new LogRequest.
         * @param [properties] Properties to set
         */
        constructor(properties?: kvd.LogRequest.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** LogRequest id. */
        id: number;

        /** LogRequest timeoutMs. */
        timeoutMs: number;

        /** LogRequest from. */
        from: number;

        /** LogRequest limit. */
        limit: number;

        /**
         * Encodes the specified LogRequest message. Does not implicitly {@link kvd.LogRequest.verify|verify} messages.
         * @param message LogRequest message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: kvd.LogRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a LogRequest message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {kvd.LogRequest & kvd.LogRequest.$Shape} LogRequest
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): kvd.LogRequest & kvd.LogRequest.$Shape;
    }

    namespace LogRequest {

        /** Properties of a LogRequest. */
        interface $Properties {

            /** LogRequest id */
            id?: (number|null);

            /** LogRequest timeoutMs */
            timeoutMs?: (number|null);

            /** LogRequest from */
            from?: (number|null);

            /** LogRequest limit */
            limit?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a LogRequest. */
        type $Shape = kvd.LogRequest.$Properties;
    }

    /**
     * Properties of a RefetchRequest.
     * @deprecated Use kvd.RefetchRequest.$Properties instead.
     */
    interface IRefetchRequest extends kvd.RefetchRequest.$Properties {
    }

    /** Represents a RefetchRequest. */
    class RefetchRequest {

        /**
         * Constructs a new RefetchRequest.
         * @param [properties] Properties to set
         */
        constructor(properties?: kvd.RefetchRequest.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** RefetchRequest id. */
        id: number;

        /** RefetchRequest timeoutMs. */
        timeoutMs: number;

        /**
         * Encodes the specified RefetchRequest message. Does not implicitly {@link kvd.RefetchRequest.verify|verify} messages.
         * @param message RefetchRequest message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: kvd.RefetchRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a RefetchRequest message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {kvd.RefetchRequest & kvd.RefetchRequest.$Shape} RefetchRequest
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): kvd.RefetchRequest & kvd.RefetchRequest.$Shape;
    }

    namespace RefetchRequest {

        /** Properties of a RefetchRequest. */
        interface $Properties {

            /** RefetchRequest id */
            id?: (number|null);

            /** RefetchRequest timeoutMs */
            timeoutMs?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a RefetchRequest. */
        type $Shape = kvd.RefetchRequest.$Properties;
    }

    /**
     * Properties of a StateHashRequest.
     * @deprecated Use kvd.StateHashRequest.$Properties instead.
     */
    interface IStateHashRequest extends kvd.StateHashRequest.$Properties {
    }

    /** Represents a StateHashRequest. */
    class StateHashRequest {

        /**
         * Constructs a new StateHashRequest.
         * @param [properties] Properties to set
         */
        constructor(properties?: kvd.StateHashRequest.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** StateHashRequest id. */
        id: number;

        /** StateHashRequest timeoutMs. */
        timeoutMs: number;

        /** StateHashRequest at. */
        at: number;

        /**
         * Encodes the specified StateHashRequest message. Does not implicitly {@link kvd.StateHashRequest.verify|verify} messages.
         * @param message StateHashRequest message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: kvd.StateHashRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a StateHashRequest message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {kvd.StateHashRequest & kvd.StateHashRequest.$Shape} StateHashRequest
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): kvd.StateHashRequest & kvd.StateHashRequest.$Shape;
    }

    namespace StateHashRequest {

        /** Properties of a StateHashRequest. */
        interface $Properties {

            /** StateHashRequest id */
            id?: (number|null);

            /** StateHashRequest timeoutMs */
            timeoutMs?: (number|null);

            /** StateHashRequest at */
            at?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a StateHashRequest. */
        type $Shape = kvd.StateHashRequest.$Properties;
    }

    /**
     * Properties of a LeasesRequest.
     * @deprecated Use kvd.LeasesRequest.$Properties instead.
     */
    interface ILeasesRequest extends kvd.LeasesRequest.$Properties {
    }

    /** Represents a LeasesRequest. */
    class LeasesRequest {

        /**
         * Constructs a new LeasesRequest.
         * @param [properties] Properties to set
         */
        constructor(properties?: kvd.LeasesRequest.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** LeasesRequest id. */
        id: number;

        /** LeasesRequest timeoutMs. */
        timeoutMs: number;

        /** LeasesRequest level. */
        level: number;

        /** LeasesRequest token. */
        token: number;

        /** LeasesRequest from. */
        from: number;

        /** LeasesRequest limit. */
        limit: number;

        /** LeasesRequest keysMax. */
        keysMax: number;

        /** LeasesRequest minRevision. */
        minRevision: number;

        /** LeasesRequest staleBounded. */
        staleBounded: boolean;

        /** LeasesRequest maxStalenessMs. */
        maxStalenessMs: number;

        /**
         * Encodes the specified LeasesRequest message. Does not implicitly {@link kvd.LeasesRequest.verify|verify} messages.
         * @param message LeasesRequest message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: kvd.LeasesRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a LeasesRequest message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {kvd.LeasesRequest & kvd.LeasesRequest.$Shape} LeasesRequest
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): kvd.LeasesRequest & kvd.LeasesRequest.$Shape;
    }

    namespace LeasesRequest {

        /** Properties of a LeasesRequest. */
        interface $Properties {

            /** LeasesRequest id */
            id?: (number|null);

            /** LeasesRequest timeoutMs */
            timeoutMs?: (number|null);

            /** LeasesRequest level */
            level?: (number|null);

            /** LeasesRequest token */
            token?: (number|null);

            /** LeasesRequest from */
            from?: (number|null);

            /** LeasesRequest limit */
            limit?: (number|null);

            /** LeasesRequest keysMax */
            keysMax?: (number|null);

            /** LeasesRequest minRevision */
            minRevision?: (number|null);

            /** LeasesRequest staleBounded */
            staleBounded?: (boolean|null);

            /** LeasesRequest maxStalenessMs */
            maxStalenessMs?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a LeasesRequest. */
        type $Shape = kvd.LeasesRequest.$Properties;
    }

    /**
     * Properties of a WatchRequest.
     * @deprecated Use kvd.WatchRequest.$Properties instead.
     */
    interface IWatchRequest extends kvd.WatchRequest.$Properties {
    }

    /** Represents a WatchRequest. */
    class WatchRequest {

        /**
         * Constructs a new WatchRequest.
         * @param [properties] Properties to set
         */
        constructor(properties?: kvd.WatchRequest.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** WatchRequest id. */
        id: number;

        /** WatchRequest timeoutMs. */
        timeoutMs: number;

        /** WatchRequest level. */
        level: number;

        /** WatchRequest token. */
        token: number;

        /** WatchRequest start. */
        start: Uint8Array;

        /** WatchRequest bounded. */
        bounded: boolean;

        /** WatchRequest end. */
        end: Uint8Array;

        /** WatchRequest from. */
        from: number;

        /** WatchRequest skip. */
        skip: number;

        /** WatchRequest previous. */
        previous: boolean;

        /** WatchRequest limit. */
        limit: number;

        /** WatchRequest bytesMax. */
        bytesMax: number;

        /** WatchRequest waitMs. */
        waitMs: number;

        /** WatchRequest minRevision. */
        minRevision: number;

        /** WatchRequest staleBounded. */
        staleBounded: boolean;

        /** WatchRequest maxStalenessMs. */
        maxStalenessMs: number;

        /**
         * Encodes the specified WatchRequest message. Does not implicitly {@link kvd.WatchRequest.verify|verify} messages.
         * @param message WatchRequest message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: kvd.WatchRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a WatchRequest message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {kvd.WatchRequest & kvd.WatchRequest.$Shape} WatchRequest
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): kvd.WatchRequest & kvd.WatchRequest.$Shape;
    }

    namespace WatchRequest {

        /** Properties of a WatchRequest. */
        interface $Properties {

            /** WatchRequest id */
            id?: (number|null);

            /** WatchRequest timeoutMs */
            timeoutMs?: (number|null);

            /** WatchRequest level */
            level?: (number|null);

            /** WatchRequest token */
            token?: (number|null);

            /** WatchRequest start */
            start?: (Uint8Array|null);

            /** WatchRequest bounded */
            bounded?: (boolean|null);

            /** WatchRequest end */
            end?: (Uint8Array|null);

            /** WatchRequest from */
            from?: (number|null);

            /** WatchRequest skip */
            skip?: (number|null);

            /** WatchRequest previous */
            previous?: (boolean|null);

            /** WatchRequest limit */
            limit?: (number|null);

            /** WatchRequest bytesMax */
            bytesMax?: (number|null);

            /** WatchRequest waitMs */
            waitMs?: (number|null);

            /** WatchRequest minRevision */
            minRevision?: (number|null);

            /** WatchRequest staleBounded */
            staleBounded?: (boolean|null);

            /** WatchRequest maxStalenessMs */
            maxStalenessMs?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a WatchRequest. */
        type $Shape = kvd.WatchRequest.$Properties;
    }

    /**
     * Properties of a HistoryRequest.
     * @deprecated Use kvd.HistoryRequest.$Properties instead.
     */
    interface IHistoryRequest extends kvd.HistoryRequest.$Properties {
    }

    /** Represents a HistoryRequest. */
    class HistoryRequest {

        /**
         * Constructs a new HistoryRequest.
         * @param [properties] Properties to set
         */
        constructor(properties?: kvd.HistoryRequest.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** HistoryRequest id. */
        id: number;

        /** HistoryRequest timeoutMs. */
        timeoutMs: number;

        /** HistoryRequest level. */
        level: number;

        /** HistoryRequest token. */
        token: number;

        /** HistoryRequest key. */
        key: Uint8Array;

        /** HistoryRequest before. */
        before: number;

        /** HistoryRequest limit. */
        limit: number;

        /** HistoryRequest bytesMax. */
        bytesMax: number;

        /** HistoryRequest minRevision. */
        minRevision: number;

        /** HistoryRequest staleBounded. */
        staleBounded: boolean;

        /** HistoryRequest maxStalenessMs. */
        maxStalenessMs: number;

        /**
         * Encodes the specified HistoryRequest message. Does not implicitly {@link kvd.HistoryRequest.verify|verify} messages.
         * @param message HistoryRequest message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: kvd.HistoryRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a HistoryRequest message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {kvd.HistoryRequest & kvd.HistoryRequest.$Shape} HistoryRequest
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): kvd.HistoryRequest & kvd.HistoryRequest.$Shape;
    }

    namespace HistoryRequest {

        /** Properties of a HistoryRequest. */
        interface $Properties {

            /** HistoryRequest id */
            id?: (number|null);

            /** HistoryRequest timeoutMs */
            timeoutMs?: (number|null);

            /** HistoryRequest level */
            level?: (number|null);

            /** HistoryRequest token */
            token?: (number|null);

            /** HistoryRequest key */
            key?: (Uint8Array|null);

            /** HistoryRequest before */
            before?: (number|null);

            /** HistoryRequest limit */
            limit?: (number|null);

            /** HistoryRequest bytesMax */
            bytesMax?: (number|null);

            /** HistoryRequest minRevision */
            minRevision?: (number|null);

            /** HistoryRequest staleBounded */
            staleBounded?: (boolean|null);

            /** HistoryRequest maxStalenessMs */
            maxStalenessMs?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a HistoryRequest. */
        type $Shape = kvd.HistoryRequest.$Properties;
    }

    /**
     * Properties of a PrincipalsRequest.
     * @deprecated Use kvd.PrincipalsRequest.$Properties instead.
     */
    interface IPrincipalsRequest extends kvd.PrincipalsRequest.$Properties {
    }

    /** Represents a PrincipalsRequest. */
    class PrincipalsRequest {

        /**
         * Constructs a new PrincipalsRequest.
         * @param [properties] Properties to set
         */
        constructor(properties?: kvd.PrincipalsRequest.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** PrincipalsRequest id. */
        id: number;

        /** PrincipalsRequest timeoutMs. */
        timeoutMs: number;

        /** PrincipalsRequest level. */
        level: number;

        /** PrincipalsRequest token. */
        token: number;

        /** PrincipalsRequest minRevision. */
        minRevision: number;

        /** PrincipalsRequest staleBounded. */
        staleBounded: boolean;

        /** PrincipalsRequest maxStalenessMs. */
        maxStalenessMs: number;

        /**
         * Encodes the specified PrincipalsRequest message. Does not implicitly {@link kvd.PrincipalsRequest.verify|verify} messages.
         * @param message PrincipalsRequest message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: kvd.PrincipalsRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a PrincipalsRequest message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {kvd.PrincipalsRequest & kvd.PrincipalsRequest.$Shape} PrincipalsRequest
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): kvd.PrincipalsRequest & kvd.PrincipalsRequest.$Shape;
    }

    namespace PrincipalsRequest {

        /** Properties of a PrincipalsRequest. */
        interface $Properties {

            /** PrincipalsRequest id */
            id?: (number|null);

            /** PrincipalsRequest timeoutMs */
            timeoutMs?: (number|null);

            /** PrincipalsRequest level */
            level?: (number|null);

            /** PrincipalsRequest token */
            token?: (number|null);

            /** PrincipalsRequest minRevision */
            minRevision?: (number|null);

            /** PrincipalsRequest staleBounded */
            staleBounded?: (boolean|null);

            /** PrincipalsRequest maxStalenessMs */
            maxStalenessMs?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a PrincipalsRequest. */
        type $Shape = kvd.PrincipalsRequest.$Properties;
    }

    /**
     * Properties of a LeaderHint.
     * @deprecated Use kvd.LeaderHint.$Properties instead.
     */
    interface ILeaderHint extends kvd.LeaderHint.$Properties {
    }

    /** Represents a LeaderHint. */
    class LeaderHint {

        /**
         * Constructs a new LeaderHint.
         * @param [properties] Properties to set
         */
        constructor(properties?: kvd.LeaderHint.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** LeaderHint name. */
        name: string;

        /** LeaderHint host. */
        host: string;

        /** LeaderHint port. */
        port: number;

        /**
         * Encodes the specified LeaderHint message. Does not implicitly {@link kvd.LeaderHint.verify|verify} messages.
         * @param message LeaderHint message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: kvd.LeaderHint.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a LeaderHint message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {kvd.LeaderHint & kvd.LeaderHint.$Shape} LeaderHint
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): kvd.LeaderHint & kvd.LeaderHint.$Shape;
    }

    namespace LeaderHint {

        /** Properties of a LeaderHint. */
        interface $Properties {

            /** LeaderHint name */
            name?: (string|null);

            /** LeaderHint host */
            host?: (string|null);

            /** LeaderHint port */
            port?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a LeaderHint. */
        type $Shape = kvd.LeaderHint.$Properties;
    }

    /**
     * Properties of a Record.
     * @deprecated Use kvd.Record.$Properties instead.
     */
    interface IRecord extends kvd.Record.$Properties {
    }

    /** Represents a Record. */
    class Record {

        /**
         * Constructs a new Record.
         * @param [properties] Properties to set
         */
        constructor(properties?: kvd.Record.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Record value. */
        value: Uint8Array;

        /** Record createRevision. */
        createRevision: number;

        /** Record modRevision. */
        modRevision: number;

        /** Record version. */
        version: number;

        /** Record leaseId. */
        leaseId: number;

        /**
         * Encodes the specified Record message. Does not implicitly {@link kvd.Record.verify|verify} messages.
         * @param message Record message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: kvd.Record.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Record message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {kvd.Record & kvd.Record.$Shape} Record
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): kvd.Record & kvd.Record.$Shape;
    }

    namespace Record {

        /** Properties of a Record. */
        interface $Properties {

            /** Record value */
            value?: (Uint8Array|null);

            /** Record createRevision */
            createRevision?: (number|null);

            /** Record modRevision */
            modRevision?: (number|null);

            /** Record version */
            version?: (number|null);

            /** Record leaseId */
            leaseId?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Record. */
        type $Shape = kvd.Record.$Properties;
    }

    /**
     * Properties of a StepAnswer.
     * @deprecated Use kvd.StepAnswer.$Properties instead.
     */
    interface IStepAnswer extends kvd.StepAnswer.$Properties {
    }

    /** Represents a StepAnswer. */
    class StepAnswer {

        /**
         * Constructs a new StepAnswer.
         * @param [properties] Properties to set
         */
        constructor(properties?: kvd.StepAnswer.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** StepAnswer kind. */
        kind: number;

        /** StepAnswer createRevision. */
        createRevision: number;

        /** StepAnswer version. */
        version: number;

        /** StepAnswer deleted. */
        deleted: boolean;

        /** StepAnswer count. */
        count: number;

        /** StepAnswer record. */
        record?: (kvd.Record.$Properties|null);

        /**
         * Encodes the specified StepAnswer message. Does not implicitly {@link kvd.StepAnswer.verify|verify} messages.
         * @param message StepAnswer message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: kvd.StepAnswer.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a StepAnswer message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {kvd.StepAnswer & kvd.StepAnswer.$Shape} StepAnswer
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): kvd.StepAnswer & kvd.StepAnswer.$Shape;
    }

    namespace StepAnswer {

        /** Properties of a StepAnswer. */
        interface $Properties {

            /** StepAnswer kind */
            kind?: (number|null);

            /** StepAnswer createRevision */
            createRevision?: (number|null);

            /** StepAnswer version */
            version?: (number|null);

            /** StepAnswer deleted */
            deleted?: (boolean|null);

            /** StepAnswer count */
            count?: (number|null);

            /** StepAnswer record */
            record?: (kvd.Record.$Properties|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a StepAnswer. */
        type $Shape = kvd.StepAnswer.$Properties;
    }

    /**
     * Properties of a ResultReply.
     * @deprecated Use kvd.ResultReply.$Properties instead.
     */
    interface IResultReply extends kvd.ResultReply.$Properties {
    }

    /** Represents a ResultReply. */
    class ResultReply {

        /**
         * Constructs a new ResultReply.
         * @param [properties] Properties to set
         */
        constructor(properties?: kvd.ResultReply.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** ResultReply id. */
        id: number;

        /** ResultReply applied. */
        applied: number;

        /** ResultReply revision. */
        revision: number;

        /** ResultReply servedBy. */
        servedBy: string;

        /** ResultReply leader. */
        leader?: (kvd.LeaderHint.$Properties|null);

        /** ResultReply kind. */
        kind: number;

        /** ResultReply resultRevision. */
        resultRevision: number;

        /** ResultReply createRevision. */
        createRevision: number;

        /** ResultReply version. */
        version: number;

        /** ResultReply deleted. */
        deleted: boolean;

        /** ResultReply previous. */
        previous?: (kvd.Record.$Properties|null);

        /** ResultReply count. */
        count: number;

        /** ResultReply more. */
        more: boolean;

        /** ResultReply changed. */
        changed: boolean;

        /** ResultReply modRevision. */
        modRevision: number;

        /** ResultReply hasValue. */
        hasValue: boolean;

        /** ResultReply value. */
        value: Uint8Array;

        /** ResultReply succeeded. */
        succeeded: boolean;

        /** ResultReply answers. */
        answers: kvd.StepAnswer.$Properties[];

        /** ResultReply touched. */
        touched: boolean;

        /** ResultReply leaseId. */
        leaseId: number;

        /** ResultReply ttlMs. */
        ttlMs: number;

        /** ResultReply compacted. */
        compacted: number;

        /** ResultReply repeated. */
        repeated: boolean;

        /** ResultReply leaderLeaseMs. */
        leaderLeaseMs: number;

        /**
         * Encodes the specified ResultReply message. Does not implicitly {@link kvd.ResultReply.verify|verify} messages.
         * @param message ResultReply message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: kvd.ResultReply.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a ResultReply message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {kvd.ResultReply & kvd.ResultReply.$Shape} ResultReply
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): kvd.ResultReply & kvd.ResultReply.$Shape;
    }

    namespace ResultReply {

        /** Properties of a ResultReply. */
        interface $Properties {

            /** ResultReply id */
            id?: (number|null);

            /** ResultReply applied */
            applied?: (number|null);

            /** ResultReply revision */
            revision?: (number|null);

            /** ResultReply servedBy */
            servedBy?: (string|null);

            /** ResultReply leader */
            leader?: (kvd.LeaderHint.$Properties|null);

            /** ResultReply kind */
            kind?: (number|null);

            /** ResultReply resultRevision */
            resultRevision?: (number|null);

            /** ResultReply createRevision */
            createRevision?: (number|null);

            /** ResultReply version */
            version?: (number|null);

            /** ResultReply deleted */
            deleted?: (boolean|null);

            /** ResultReply previous */
            previous?: (kvd.Record.$Properties|null);

            /** ResultReply count */
            count?: (number|null);

            /** ResultReply more */
            more?: (boolean|null);

            /** ResultReply changed */
            changed?: (boolean|null);

            /** ResultReply modRevision */
            modRevision?: (number|null);

            /** ResultReply hasValue */
            hasValue?: (boolean|null);

            /** ResultReply value */
            value?: (Uint8Array|null);

            /** ResultReply succeeded */
            succeeded?: (boolean|null);

            /** ResultReply answers */
            answers?: (kvd.StepAnswer.$Properties[]|null);

            /** ResultReply touched */
            touched?: (boolean|null);

            /** ResultReply leaseId */
            leaseId?: (number|null);

            /** ResultReply ttlMs */
            ttlMs?: (number|null);

            /** ResultReply compacted */
            compacted?: (number|null);

            /** ResultReply repeated */
            repeated?: (boolean|null);

            /** ResultReply leaderLeaseMs */
            leaderLeaseMs?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a ResultReply. */
        type $Shape = kvd.ResultReply.$Properties;
    }

    /**
     * Properties of a RecordReply.
     * @deprecated Use kvd.RecordReply.$Properties instead.
     */
    interface IRecordReply extends kvd.RecordReply.$Properties {
    }

    /** Represents a RecordReply. */
    class RecordReply {

        /**
         * Constructs a new RecordReply.
         * @param [properties] Properties to set
         */
        constructor(properties?: kvd.RecordReply.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** RecordReply id. */
        id: number;

        /** RecordReply applied. */
        applied: number;

        /** RecordReply revision. */
        revision: number;

        /** RecordReply servedBy. */
        servedBy: string;

        /** RecordReply leader. */
        leader?: (kvd.LeaderHint.$Properties|null);

        /** RecordReply found. */
        found: boolean;

        /** RecordReply createRevision. */
        createRevision: number;

        /** RecordReply modRevision. */
        modRevision: number;

        /** RecordReply version. */
        version: number;

        /** RecordReply leaseId. */
        leaseId: number;

        /** RecordReply value. */
        value: Uint8Array;

        /** RecordReply ends. */
        ends: boolean;

        /** RecordReply timeLeftMs. */
        timeLeftMs: number;

        /** RecordReply level. */
        level: number;

        /** RecordReply aged. */
        aged: boolean;

        /** RecordReply ageMs. */
        ageMs: number;

        /**
         * Encodes the specified RecordReply message. Does not implicitly {@link kvd.RecordReply.verify|verify} messages.
         * @param message RecordReply message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: kvd.RecordReply.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a RecordReply message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {kvd.RecordReply & kvd.RecordReply.$Shape} RecordReply
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): kvd.RecordReply & kvd.RecordReply.$Shape;
    }

    namespace RecordReply {

        /** Properties of a RecordReply. */
        interface $Properties {

            /** RecordReply id */
            id?: (number|null);

            /** RecordReply applied */
            applied?: (number|null);

            /** RecordReply revision */
            revision?: (number|null);

            /** RecordReply servedBy */
            servedBy?: (string|null);

            /** RecordReply leader */
            leader?: (kvd.LeaderHint.$Properties|null);

            /** RecordReply found */
            found?: (boolean|null);

            /** RecordReply createRevision */
            createRevision?: (number|null);

            /** RecordReply modRevision */
            modRevision?: (number|null);

            /** RecordReply version */
            version?: (number|null);

            /** RecordReply leaseId */
            leaseId?: (number|null);

            /** RecordReply value */
            value?: (Uint8Array|null);

            /** RecordReply ends */
            ends?: (boolean|null);

            /** RecordReply timeLeftMs */
            timeLeftMs?: (number|null);

            /** RecordReply level */
            level?: (number|null);

            /** RecordReply aged */
            aged?: (boolean|null);

            /** RecordReply ageMs */
            ageMs?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a RecordReply. */
        type $Shape = kvd.RecordReply.$Properties;
    }

    /**
     * Properties of a RangeItem.
     * @deprecated Use kvd.RangeItem.$Properties instead.
     */
    interface IRangeItem extends kvd.RangeItem.$Properties {
    }

    /** Represents a RangeItem. */
    class RangeItem {

        /**
         * Constructs a new RangeItem.
         * @param [properties] Properties to set
         */
        constructor(properties?: kvd.RangeItem.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** RangeItem key. */
        key: Uint8Array;

        /** RangeItem record. */
        record?: (kvd.Record.$Properties|null);

        /** RangeItem ends. */
        ends: boolean;

        /** RangeItem timeLeftMs. */
        timeLeftMs: number;

        /**
         * Encodes the specified RangeItem message. Does not implicitly {@link kvd.RangeItem.verify|verify} messages.
         * @param message RangeItem message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: kvd.RangeItem.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a RangeItem message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {kvd.RangeItem & kvd.RangeItem.$Shape} RangeItem
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): kvd.RangeItem & kvd.RangeItem.$Shape;
    }

    namespace RangeItem {

        /** Properties of a RangeItem. */
        interface $Properties {

            /** RangeItem key */
            key?: (Uint8Array|null);

            /** RangeItem record */
            record?: (kvd.Record.$Properties|null);

            /** RangeItem ends */
            ends?: (boolean|null);

            /** RangeItem timeLeftMs */
            timeLeftMs?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a RangeItem. */
        type $Shape = kvd.RangeItem.$Properties;
    }

    /**
     * Properties of a RangeReply.
     * @deprecated Use kvd.RangeReply.$Properties instead.
     */
    interface IRangeReply extends kvd.RangeReply.$Properties {
    }

    /** Represents a RangeReply. */
    class RangeReply {

        /**
         * Constructs a new RangeReply.
         * @param [properties] Properties to set
         */
        constructor(properties?: kvd.RangeReply.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** RangeReply id. */
        id: number;

        /** RangeReply applied. */
        applied: number;

        /** RangeReply revision. */
        revision: number;

        /** RangeReply servedBy. */
        servedBy: string;

        /** RangeReply leader. */
        leader?: (kvd.LeaderHint.$Properties|null);

        /** RangeReply more. */
        more: boolean;

        /** RangeReply items. */
        items: kvd.RangeItem.$Properties[];

        /** RangeReply level. */
        level: number;

        /** RangeReply aged. */
        aged: boolean;

        /** RangeReply ageMs. */
        ageMs: number;

        /**
         * Encodes the specified RangeReply message. Does not implicitly {@link kvd.RangeReply.verify|verify} messages.
         * @param message RangeReply message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: kvd.RangeReply.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a RangeReply message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {kvd.RangeReply & kvd.RangeReply.$Shape} RangeReply
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): kvd.RangeReply & kvd.RangeReply.$Shape;
    }

    namespace RangeReply {

        /** Properties of a RangeReply. */
        interface $Properties {

            /** RangeReply id */
            id?: (number|null);

            /** RangeReply applied */
            applied?: (number|null);

            /** RangeReply revision */
            revision?: (number|null);

            /** RangeReply servedBy */
            servedBy?: (string|null);

            /** RangeReply leader */
            leader?: (kvd.LeaderHint.$Properties|null);

            /** RangeReply more */
            more?: (boolean|null);

            /** RangeReply items */
            items?: (kvd.RangeItem.$Properties[]|null);

            /** RangeReply level */
            level?: (number|null);

            /** RangeReply aged */
            aged?: (boolean|null);

            /** RangeReply ageMs */
            ageMs?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a RangeReply. */
        type $Shape = kvd.RangeReply.$Properties;
    }

    /**
     * Properties of a PeerStatus.
     * @deprecated Use kvd.PeerStatus.$Properties instead.
     */
    interface IPeerStatus extends kvd.PeerStatus.$Properties {
    }

    /** Represents a PeerStatus. */
    class PeerStatus {

        /**
         * Constructs a new PeerStatus.
         * @param [properties] Properties to set
         */
        constructor(properties?: kvd.PeerStatus.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** PeerStatus name. */
        name: string;

        /** PeerStatus up. */
        up: boolean;

        /** PeerStatus rttMs. */
        rttMs: number;

        /** PeerStatus loss. */
        loss: number;

        /** PeerStatus path. */
        path?: (kvd.PathStatus.$Properties|null);

        /**
         * Encodes the specified PeerStatus message. Does not implicitly {@link kvd.PeerStatus.verify|verify} messages.
         * @param message PeerStatus message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: kvd.PeerStatus.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a PeerStatus message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {kvd.PeerStatus & kvd.PeerStatus.$Shape} PeerStatus
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): kvd.PeerStatus & kvd.PeerStatus.$Shape;
    }

    namespace PeerStatus {

        /** Properties of a PeerStatus. */
        interface $Properties {

            /** PeerStatus name */
            name?: (string|null);

            /** PeerStatus up */
            up?: (boolean|null);

            /** PeerStatus rttMs */
            rttMs?: (number|null);

            /** PeerStatus loss */
            loss?: (number|null);

            /** PeerStatus path */
            path?: (kvd.PathStatus.$Properties|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a PeerStatus. */
        type $Shape = kvd.PeerStatus.$Properties;
    }

    /**
     * Properties of a PathStatus.
     * @deprecated Use kvd.PathStatus.$Properties instead.
     */
    interface IPathStatus extends kvd.PathStatus.$Properties {
    }

    /** Represents a PathStatus. */
    class PathStatus {

        /**
         * Constructs a new PathStatus.
         * @param [properties] Properties to set
         */
        constructor(properties?: kvd.PathStatus.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** PathStatus datagramBytes. */
        datagramBytes: number;

        /** PathStatus acked. */
        acked: number;

        /** PathStatus lost. */
        lost: number;

        /** PathStatus largeLost. */
        largeLost: number;

        /**
         * Encodes the specified PathStatus message. Does not implicitly {@link kvd.PathStatus.verify|verify} messages.
         * @param message PathStatus message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: kvd.PathStatus.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a PathStatus message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {kvd.PathStatus & kvd.PathStatus.$Shape} PathStatus
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): kvd.PathStatus & kvd.PathStatus.$Shape;
    }

    namespace PathStatus {

        /** Properties of a PathStatus. */
        interface $Properties {

            /** PathStatus datagramBytes */
            datagramBytes?: (number|null);

            /** PathStatus acked */
            acked?: (number|null);

            /** PathStatus lost */
            lost?: (number|null);

            /** PathStatus largeLost */
            largeLost?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a PathStatus. */
        type $Shape = kvd.PathStatus.$Properties;
    }

    /**
     * Properties of a Figure.
     * @deprecated Use kvd.Figure.$Properties instead.
     */
    interface IFigure extends kvd.Figure.$Properties {
    }

    /** Represents a Figure. */
    class Figure {

        /**
         * Constructs a new Figure.
         * @param [properties] Properties to set
         */
        constructor(properties?: kvd.Figure.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Figure name. */
        name: string;

        /** Figure value. */
        value: number;

        /**
         * Encodes the specified Figure message. Does not implicitly {@link kvd.Figure.verify|verify} messages.
         * @param message Figure message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: kvd.Figure.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Figure message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {kvd.Figure & kvd.Figure.$Shape} Figure
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): kvd.Figure & kvd.Figure.$Shape;
    }

    namespace Figure {

        /** Properties of a Figure. */
        interface $Properties {

            /** Figure name */
            name?: (string|null);

            /** Figure value */
            value?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Figure. */
        type $Shape = kvd.Figure.$Properties;
    }

    /**
     * Properties of a SettingText.
     * @deprecated Use kvd.SettingText.$Properties instead.
     */
    interface ISettingText extends kvd.SettingText.$Properties {
    }

    /** Represents a SettingText. */
    class SettingText {

        /**
         * Constructs a new SettingText.
         * @param [properties] Properties to set
         */
        constructor(properties?: kvd.SettingText.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** SettingText name. */
        name: string;

        /** SettingText value. */
        value: string;

        /**
         * Encodes the specified SettingText message. Does not implicitly {@link kvd.SettingText.verify|verify} messages.
         * @param message SettingText message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: kvd.SettingText.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a SettingText message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {kvd.SettingText & kvd.SettingText.$Shape} SettingText
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): kvd.SettingText & kvd.SettingText.$Shape;
    }

    namespace SettingText {

        /** Properties of a SettingText. */
        interface $Properties {

            /** SettingText name */
            name?: (string|null);

            /** SettingText value */
            value?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a SettingText. */
        type $Shape = kvd.SettingText.$Properties;
    }

    /**
     * Properties of a Timing.
     * @deprecated Use kvd.Timing.$Properties instead.
     */
    interface ITiming extends kvd.Timing.$Properties {
    }

    /** Represents a Timing. */
    class Timing {

        /**
         * Constructs a new Timing.
         * @param [properties] Properties to set
         */
        constructor(properties?: kvd.Timing.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Timing name. */
        name: string;

        /** Timing counts. */
        counts: number[];

        /**
         * Encodes the specified Timing message. Does not implicitly {@link kvd.Timing.verify|verify} messages.
         * @param message Timing message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: kvd.Timing.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Timing message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {kvd.Timing & kvd.Timing.$Shape} Timing
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): kvd.Timing & kvd.Timing.$Shape;
    }

    namespace Timing {

        /** Properties of a Timing. */
        interface $Properties {

            /** Timing name */
            name?: (string|null);

            /** Timing counts */
            counts?: (number[]|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Timing. */
        type $Shape = kvd.Timing.$Properties;
    }

    /**
     * Properties of a NodeMeasures.
     * @deprecated Use kvd.NodeMeasures.$Properties instead.
     */
    interface INodeMeasures extends kvd.NodeMeasures.$Properties {
    }

    /** Represents a NodeMeasures. */
    class NodeMeasures {

        /**
         * Constructs a new NodeMeasures.
         * @param [properties] Properties to set
         */
        constructor(properties?: kvd.NodeMeasures.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** NodeMeasures wallMs. */
        wallMs: number;

        /** NodeMeasures figures. */
        figures: kvd.Figure.$Properties[];

        /** NodeMeasures settings. */
        settings: kvd.SettingText.$Properties[];

        /** NodeMeasures timings. */
        timings: kvd.Timing.$Properties[];

        /**
         * Encodes the specified NodeMeasures message. Does not implicitly {@link kvd.NodeMeasures.verify|verify} messages.
         * @param message NodeMeasures message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: kvd.NodeMeasures.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a NodeMeasures message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {kvd.NodeMeasures & kvd.NodeMeasures.$Shape} NodeMeasures
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): kvd.NodeMeasures & kvd.NodeMeasures.$Shape;
    }

    namespace NodeMeasures {

        /** Properties of a NodeMeasures. */
        interface $Properties {

            /** NodeMeasures wallMs */
            wallMs?: (number|null);

            /** NodeMeasures figures */
            figures?: (kvd.Figure.$Properties[]|null);

            /** NodeMeasures settings */
            settings?: (kvd.SettingText.$Properties[]|null);

            /** NodeMeasures timings */
            timings?: (kvd.Timing.$Properties[]|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a NodeMeasures. */
        type $Shape = kvd.NodeMeasures.$Properties;
    }

    /**
     * Properties of a Counter.
     * @deprecated Use kvd.Counter.$Properties instead.
     */
    interface ICounter extends kvd.Counter.$Properties {
    }

    /** Represents a Counter. */
    class Counter {

        /**
         * Constructs a new Counter.
         * @param [properties] Properties to set
         */
        constructor(properties?: kvd.Counter.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Counter name. */
        name: string;

        /** Counter value. */
        value: number;

        /**
         * Encodes the specified Counter message. Does not implicitly {@link kvd.Counter.verify|verify} messages.
         * @param message Counter message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: kvd.Counter.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Counter message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {kvd.Counter & kvd.Counter.$Shape} Counter
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): kvd.Counter & kvd.Counter.$Shape;
    }

    namespace Counter {

        /** Properties of a Counter. */
        interface $Properties {

            /** Counter name */
            name?: (string|null);

            /** Counter value */
            value?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Counter. */
        type $Shape = kvd.Counter.$Properties;
    }

    /**
     * Properties of a StatusReply.
     * @deprecated Use kvd.StatusReply.$Properties instead.
     */
    interface IStatusReply extends kvd.StatusReply.$Properties {
    }

    /** Represents a StatusReply. */
    class StatusReply {

        /**
         * Constructs a new StatusReply.
         * @param [properties] Properties to set
         */
        constructor(properties?: kvd.StatusReply.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** StatusReply id. */
        id: number;

        /** StatusReply applied. */
        applied: number;

        /** StatusReply revision. */
        revision: number;

        /** StatusReply servedBy. */
        servedBy: string;

        /** StatusReply leader. */
        leader?: (kvd.LeaderHint.$Properties|null);

        /** StatusReply node. */
        node: number;

        /** StatusReply name. */
        name: string;

        /** StatusReply endpoint. */
        endpoint: string;

        /** StatusReply clusterId. */
        clusterId: Uint8Array;

        /** StatusReply role. */
        role: number;

        /** StatusReply serving. */
        serving: boolean;

        /** StatusReply ballot. */
        ballot: string;

        /** StatusReply nodeLeader. */
        nodeLeader?: (kvd.LeaderHint.$Properties|null);

        /** StatusReply chosen. */
        chosen: number;

        /** StatusReply nodeApplied. */
        nodeApplied: number;

        /** StatusReply stateDurable. */
        stateDurable: number;

        /** StatusReply firstKept. */
        firstKept: number;

        /** StatusReply end. */
        end: number;

        /** StatusReply digest. */
        digest: number;

        /** StatusReply nodeRevision. */
        nodeRevision: number;

        /** StatusReply keys. */
        keys: number;

        /** StatusReply timeMs. */
        timeMs: number;

        /** StatusReply logBytes. */
        logBytes: number;

        /** StatusReply stateBytes. */
        stateBytes: number;

        /** StatusReply startCount. */
        startCount: number;

        /** StatusReply damaged. */
        damaged: number;

        /** StatusReply version. */
        version: string;

        /** StatusReply alarms. */
        alarms: string[];

        /** StatusReply peers. */
        peers: kvd.PeerStatus.$Properties[];

        /** StatusReply counters. */
        counters: kvd.Counter.$Properties[];

        /** StatusReply leaderLeaseMs. */
        leaderLeaseMs: number;

        /** StatusReply leased. */
        leased: boolean;

        /** StatusReply measures. */
        measures?: (kvd.NodeMeasures.$Properties|null);

        /** StatusReply voters. */
        voters: string[];

        /** StatusReply stateHash. */
        stateHash: number;

        /**
         * Encodes the specified StatusReply message. Does not implicitly {@link kvd.StatusReply.verify|verify} messages.
         * @param message StatusReply message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: kvd.StatusReply.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a StatusReply message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {kvd.StatusReply & kvd.StatusReply.$Shape} StatusReply
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): kvd.StatusReply & kvd.StatusReply.$Shape;
    }

    namespace StatusReply {

        /** Properties of a StatusReply. */
        interface $Properties {

            /** StatusReply id */
            id?: (number|null);

            /** StatusReply applied */
            applied?: (number|null);

            /** StatusReply revision */
            revision?: (number|null);

            /** StatusReply servedBy */
            servedBy?: (string|null);

            /** StatusReply leader */
            leader?: (kvd.LeaderHint.$Properties|null);

            /** StatusReply node */
            node?: (number|null);

            /** StatusReply name */
            name?: (string|null);

            /** StatusReply endpoint */
            endpoint?: (string|null);

            /** StatusReply clusterId */
            clusterId?: (Uint8Array|null);

            /** StatusReply role */
            role?: (number|null);

            /** StatusReply serving */
            serving?: (boolean|null);

            /** StatusReply ballot */
            ballot?: (string|null);

            /** StatusReply nodeLeader */
            nodeLeader?: (kvd.LeaderHint.$Properties|null);

            /** StatusReply chosen */
            chosen?: (number|null);

            /** StatusReply nodeApplied */
            nodeApplied?: (number|null);

            /** StatusReply stateDurable */
            stateDurable?: (number|null);

            /** StatusReply firstKept */
            firstKept?: (number|null);

            /** StatusReply end */
            end?: (number|null);

            /** StatusReply digest */
            digest?: (number|null);

            /** StatusReply nodeRevision */
            nodeRevision?: (number|null);

            /** StatusReply keys */
            keys?: (number|null);

            /** StatusReply timeMs */
            timeMs?: (number|null);

            /** StatusReply logBytes */
            logBytes?: (number|null);

            /** StatusReply stateBytes */
            stateBytes?: (number|null);

            /** StatusReply startCount */
            startCount?: (number|null);

            /** StatusReply damaged */
            damaged?: (number|null);

            /** StatusReply version */
            version?: (string|null);

            /** StatusReply alarms */
            alarms?: (string[]|null);

            /** StatusReply peers */
            peers?: (kvd.PeerStatus.$Properties[]|null);

            /** StatusReply counters */
            counters?: (kvd.Counter.$Properties[]|null);

            /** StatusReply leaderLeaseMs */
            leaderLeaseMs?: (number|null);

            /** StatusReply leased */
            leased?: (boolean|null);

            /** StatusReply measures */
            measures?: (kvd.NodeMeasures.$Properties|null);

            /** StatusReply voters */
            voters?: (string[]|null);

            /** StatusReply stateHash */
            stateHash?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a StatusReply. */
        type $Shape = kvd.StatusReply.$Properties;
    }

    /**
     * Properties of a PongReply.
     * @deprecated Use kvd.PongReply.$Properties instead.
     */
    interface IPongReply extends kvd.PongReply.$Properties {
    }

    /** Represents a PongReply. */
    class PongReply {

        /**
         * Constructs a new PongReply.
         * @param [properties] Properties to set
         */
        constructor(properties?: kvd.PongReply.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** PongReply id. */
        id: number;

        /** PongReply applied. */
        applied: number;

        /** PongReply revision. */
        revision: number;

        /** PongReply servedBy. */
        servedBy: string;

        /** PongReply leader. */
        leader?: (kvd.LeaderHint.$Properties|null);

        /**
         * Encodes the specified PongReply message. Does not implicitly {@link kvd.PongReply.verify|verify} messages.
         * @param message PongReply message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: kvd.PongReply.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a PongReply message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {kvd.PongReply & kvd.PongReply.$Shape} PongReply
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): kvd.PongReply & kvd.PongReply.$Shape;
    }

    namespace PongReply {

        /** Properties of a PongReply. */
        interface $Properties {

            /** PongReply id */
            id?: (number|null);

            /** PongReply applied */
            applied?: (number|null);

            /** PongReply revision */
            revision?: (number|null);

            /** PongReply servedBy */
            servedBy?: (string|null);

            /** PongReply leader */
            leader?: (kvd.LeaderHint.$Properties|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a PongReply. */
        type $Shape = kvd.PongReply.$Properties;
    }

    /**
     * Properties of a HandedOverReply.
     * @deprecated Use kvd.HandedOverReply.$Properties instead.
     */
    interface IHandedOverReply extends kvd.HandedOverReply.$Properties {
    }

    /** Represents a HandedOverReply. */
    class HandedOverReply {

        /**
         * Constructs a new HandedOverReply.
         * @param [properties] Properties to set
         */
        constructor(properties?: kvd.HandedOverReply.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** HandedOverReply id. */
        id: number;

        /** HandedOverReply applied. */
        applied: number;

        /** HandedOverReply revision. */
        revision: number;

        /** HandedOverReply servedBy. */
        servedBy: string;

        /** HandedOverReply leader. */
        leader?: (kvd.LeaderHint.$Properties|null);

        /** HandedOverReply to. */
        to: string;

        /**
         * Encodes the specified HandedOverReply message. Does not implicitly {@link kvd.HandedOverReply.verify|verify} messages.
         * @param message HandedOverReply message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: kvd.HandedOverReply.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a HandedOverReply message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {kvd.HandedOverReply & kvd.HandedOverReply.$Shape} HandedOverReply
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): kvd.HandedOverReply & kvd.HandedOverReply.$Shape;
    }

    namespace HandedOverReply {

        /** Properties of a HandedOverReply. */
        interface $Properties {

            /** HandedOverReply id */
            id?: (number|null);

            /** HandedOverReply applied */
            applied?: (number|null);

            /** HandedOverReply revision */
            revision?: (number|null);

            /** HandedOverReply servedBy */
            servedBy?: (string|null);

            /** HandedOverReply leader */
            leader?: (kvd.LeaderHint.$Properties|null);

            /** HandedOverReply to */
            to?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a HandedOverReply. */
        type $Shape = kvd.HandedOverReply.$Properties;
    }

    /**
     * Properties of a MembersReply.
     * @deprecated Use kvd.MembersReply.$Properties instead.
     */
    interface IMembersReply extends kvd.MembersReply.$Properties {
    }

    /** Represents a MembersReply. */
    class MembersReply {

        /**
         * Constructs a new MembersReply.
         * @param [properties] Properties to set
         */
        constructor(properties?: kvd.MembersReply.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** MembersReply id. */
        id: number;

        /** MembersReply applied. */
        applied: number;

        /** MembersReply revision. */
        revision: number;

        /** MembersReply servedBy. */
        servedBy: string;

        /** MembersReply leader. */
        leader?: (kvd.LeaderHint.$Properties|null);

        /** MembersReply clusterId. */
        clusterId: Uint8Array;

        /** MembersReply genesis. */
        genesis?: (kvd.Membership.$Properties|null);

        /** MembersReply membership. */
        membership?: (kvd.Membership.$Properties|null);

        /** MembersReply settled. */
        settled: boolean;

        /**
         * Encodes the specified MembersReply message. Does not implicitly {@link kvd.MembersReply.verify|verify} messages.
         * @param message MembersReply message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: kvd.MembersReply.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a MembersReply message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {kvd.MembersReply & kvd.MembersReply.$Shape} MembersReply
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): kvd.MembersReply & kvd.MembersReply.$Shape;
    }

    namespace MembersReply {

        /** Properties of a MembersReply. */
        interface $Properties {

            /** MembersReply id */
            id?: (number|null);

            /** MembersReply applied */
            applied?: (number|null);

            /** MembersReply revision */
            revision?: (number|null);

            /** MembersReply servedBy */
            servedBy?: (string|null);

            /** MembersReply leader */
            leader?: (kvd.LeaderHint.$Properties|null);

            /** MembersReply clusterId */
            clusterId?: (Uint8Array|null);

            /** MembersReply genesis */
            genesis?: (kvd.Membership.$Properties|null);

            /** MembersReply membership */
            membership?: (kvd.Membership.$Properties|null);

            /** MembersReply settled */
            settled?: (boolean|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a MembersReply. */
        type $Shape = kvd.MembersReply.$Properties;
    }

    /**
     * Properties of a FailureReply.
     * @deprecated Use kvd.FailureReply.$Properties instead.
     */
    interface IFailureReply extends kvd.FailureReply.$Properties {
    }

    /** Represents a FailureReply. */
    class FailureReply {

        /**
         * Constructs a new FailureReply.
         * @param [properties] Properties to set
         */
        constructor(properties?: kvd.FailureReply.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** FailureReply id. */
        id: number;

        /** FailureReply applied. */
        applied: number;

        /** FailureReply revision. */
        revision: number;

        /** FailureReply servedBy. */
        servedBy: string;

        /** FailureReply leader. */
        leader?: (kvd.LeaderHint.$Properties|null);

        /** FailureReply code. */
        code: string;

        /** FailureReply outcome. */
        outcome: number;

        /** FailureReply retryable. */
        retryable: boolean;

        /** FailureReply message. */
        message: string;

        /** FailureReply conflict. */
        conflict: number;

        /** FailureReply present. */
        present: number;

        /** FailureReply oldest. */
        oldest: number;

        /** FailureReply repeated. */
        repeated: boolean;

        /**
         * Encodes the specified FailureReply message. Does not implicitly {@link kvd.FailureReply.verify|verify} messages.
         * @param message FailureReply message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: kvd.FailureReply.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a FailureReply message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {kvd.FailureReply & kvd.FailureReply.$Shape} FailureReply
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): kvd.FailureReply & kvd.FailureReply.$Shape;
    }

    namespace FailureReply {

        /** Properties of a FailureReply. */
        interface $Properties {

            /** FailureReply id */
            id?: (number|null);

            /** FailureReply applied */
            applied?: (number|null);

            /** FailureReply revision */
            revision?: (number|null);

            /** FailureReply servedBy */
            servedBy?: (string|null);

            /** FailureReply leader */
            leader?: (kvd.LeaderHint.$Properties|null);

            /** FailureReply code */
            code?: (string|null);

            /** FailureReply outcome */
            outcome?: (number|null);

            /** FailureReply retryable */
            retryable?: (boolean|null);

            /** FailureReply message */
            message?: (string|null);

            /** FailureReply conflict */
            conflict?: (number|null);

            /** FailureReply present */
            present?: (number|null);

            /** FailureReply oldest */
            oldest?: (number|null);

            /** FailureReply repeated */
            repeated?: (boolean|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a FailureReply. */
        type $Shape = kvd.FailureReply.$Properties;
    }

    /**
     * Properties of a LeaseItem.
     * @deprecated Use kvd.LeaseItem.$Properties instead.
     */
    interface ILeaseItem extends kvd.LeaseItem.$Properties {
    }

    /** Represents a LeaseItem. */
    class LeaseItem {

        /**
         * Constructs a new LeaseItem.
         * @param [properties] Properties to set
         */
        constructor(properties?: kvd.LeaseItem.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** LeaseItem id. */
        id: number;

        /** LeaseItem ttlMs. */
        ttlMs: number;

        /** LeaseItem timeLeftMs. */
        timeLeftMs: number;

        /** LeaseItem keyCount. */
        keyCount: number;

        /** LeaseItem keys. */
        keys: Uint8Array[];

        /** LeaseItem owner. */
        owner: string;

        /**
         * Encodes the specified LeaseItem message. Does not implicitly {@link kvd.LeaseItem.verify|verify} messages.
         * @param message LeaseItem message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: kvd.LeaseItem.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a LeaseItem message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {kvd.LeaseItem & kvd.LeaseItem.$Shape} LeaseItem
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): kvd.LeaseItem & kvd.LeaseItem.$Shape;
    }

    namespace LeaseItem {

        /** Properties of a LeaseItem. */
        interface $Properties {

            /** LeaseItem id */
            id?: (number|null);

            /** LeaseItem ttlMs */
            ttlMs?: (number|null);

            /** LeaseItem timeLeftMs */
            timeLeftMs?: (number|null);

            /** LeaseItem keyCount */
            keyCount?: (number|null);

            /** LeaseItem keys */
            keys?: (Uint8Array[]|null);

            /** LeaseItem owner */
            owner?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a LeaseItem. */
        type $Shape = kvd.LeaseItem.$Properties;
    }

    /**
     * Properties of a LeasesReply.
     * @deprecated Use kvd.LeasesReply.$Properties instead.
     */
    interface ILeasesReply extends kvd.LeasesReply.$Properties {
    }

    /** Represents a LeasesReply. */
    class LeasesReply {

        /**
         * Constructs a new LeasesReply.
         * @param [properties] Properties to set
         */
        constructor(properties?: kvd.LeasesReply.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** LeasesReply id. */
        id: number;

        /** LeasesReply applied. */
        applied: number;

        /** LeasesReply revision. */
        revision: number;

        /** LeasesReply servedBy. */
        servedBy: string;

        /** LeasesReply leader. */
        leader?: (kvd.LeaderHint.$Properties|null);

        /** LeasesReply more. */
        more: boolean;

        /** LeasesReply leases. */
        leases: kvd.LeaseItem.$Properties[];

        /** LeasesReply level. */
        level: number;

        /** LeasesReply aged. */
        aged: boolean;

        /** LeasesReply ageMs. */
        ageMs: number;

        /**
         * Encodes the specified LeasesReply message. Does not implicitly {@link kvd.LeasesReply.verify|verify} messages.
         * @param message LeasesReply message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: kvd.LeasesReply.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a LeasesReply message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {kvd.LeasesReply & kvd.LeasesReply.$Shape} LeasesReply
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): kvd.LeasesReply & kvd.LeasesReply.$Shape;
    }

    namespace LeasesReply {

        /** Properties of a LeasesReply. */
        interface $Properties {

            /** LeasesReply id */
            id?: (number|null);

            /** LeasesReply applied */
            applied?: (number|null);

            /** LeasesReply revision */
            revision?: (number|null);

            /** LeasesReply servedBy */
            servedBy?: (string|null);

            /** LeasesReply leader */
            leader?: (kvd.LeaderHint.$Properties|null);

            /** LeasesReply more */
            more?: (boolean|null);

            /** LeasesReply leases */
            leases?: (kvd.LeaseItem.$Properties[]|null);

            /** LeasesReply level */
            level?: (number|null);

            /** LeasesReply aged */
            aged?: (boolean|null);

            /** LeasesReply ageMs */
            ageMs?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a LeasesReply. */
        type $Shape = kvd.LeasesReply.$Properties;
    }

    /**
     * Properties of an Event.
     * @deprecated Use kvd.Event.$Properties instead.
     */
    interface IEvent extends kvd.Event.$Properties {
    }

    /** Represents an Event. */
    class Event {

        /**
         * Constructs a new Event.
         * @param [properties] Properties to set
         */
        constructor(properties?: kvd.Event.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Event key. */
        key: Uint8Array;

        /** Event revision. */
        revision: number;

        /** Event previousRevision. */
        previousRevision: number;

        /** Event record. */
        record?: (kvd.Record.$Properties|null);

        /** Event previous. */
        previous?: (kvd.Record.$Properties|null);

        /**
         * Encodes the specified Event message. Does not implicitly {@link kvd.Event.verify|verify} messages.
         * @param message Event message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: kvd.Event.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an Event message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {kvd.Event & kvd.Event.$Shape} Event
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): kvd.Event & kvd.Event.$Shape;
    }

    namespace Event {

        /** Properties of an Event. */
        interface $Properties {

            /** Event key */
            key?: (Uint8Array|null);

            /** Event revision */
            revision?: (number|null);

            /** Event previousRevision */
            previousRevision?: (number|null);

            /** Event record */
            record?: (kvd.Record.$Properties|null);

            /** Event previous */
            previous?: (kvd.Record.$Properties|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an Event. */
        type $Shape = kvd.Event.$Properties;
    }

    /**
     * Properties of an EventsReply.
     * @deprecated Use kvd.EventsReply.$Properties instead.
     */
    interface IEventsReply extends kvd.EventsReply.$Properties {
    }

    /** Represents an EventsReply. */
    class EventsReply {

        /**
         * Constructs a new EventsReply.
         * @param [properties] Properties to set
         */
        constructor(properties?: kvd.EventsReply.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** EventsReply id. */
        id: number;

        /** EventsReply applied. */
        applied: number;

        /** EventsReply revision. */
        revision: number;

        /** EventsReply servedBy. */
        servedBy: string;

        /** EventsReply leader. */
        leader?: (kvd.LeaderHint.$Properties|null);

        /** EventsReply next. */
        next: number;

        /** EventsReply skip. */
        skip: number;

        /** EventsReply events. */
        events: kvd.Event.$Properties[];

        /**
         * Encodes the specified EventsReply message. Does not implicitly {@link kvd.EventsReply.verify|verify} messages.
         * @param message EventsReply message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: kvd.EventsReply.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an EventsReply message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {kvd.EventsReply & kvd.EventsReply.$Shape} EventsReply
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): kvd.EventsReply & kvd.EventsReply.$Shape;
    }

    namespace EventsReply {

        /** Properties of an EventsReply. */
        interface $Properties {

            /** EventsReply id */
            id?: (number|null);

            /** EventsReply applied */
            applied?: (number|null);

            /** EventsReply revision */
            revision?: (number|null);

            /** EventsReply servedBy */
            servedBy?: (string|null);

            /** EventsReply leader */
            leader?: (kvd.LeaderHint.$Properties|null);

            /** EventsReply next */
            next?: (number|null);

            /** EventsReply skip */
            skip?: (number|null);

            /** EventsReply events */
            events?: (kvd.Event.$Properties[]|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an EventsReply. */
        type $Shape = kvd.EventsReply.$Properties;
    }

    /**
     * Properties of a HistoryReply.
     * @deprecated Use kvd.HistoryReply.$Properties instead.
     */
    interface IHistoryReply extends kvd.HistoryReply.$Properties {
    }

    /** Represents a HistoryReply. */
    class HistoryReply {

        /**
         * Constructs a new HistoryReply.
         * @param [properties] Properties to set
         */
        constructor(properties?: kvd.HistoryReply.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** HistoryReply id. */
        id: number;

        /** HistoryReply applied. */
        applied: number;

        /** HistoryReply revision. */
        revision: number;

        /** HistoryReply servedBy. */
        servedBy: string;

        /** HistoryReply leader. */
        leader?: (kvd.LeaderHint.$Properties|null);

        /** HistoryReply more. */
        more: boolean;

        /** HistoryReply events. */
        events: kvd.Event.$Properties[];

        /**
         * Encodes the specified HistoryReply message. Does not implicitly {@link kvd.HistoryReply.verify|verify} messages.
         * @param message HistoryReply message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: kvd.HistoryReply.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a HistoryReply message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {kvd.HistoryReply & kvd.HistoryReply.$Shape} HistoryReply
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): kvd.HistoryReply & kvd.HistoryReply.$Shape;
    }

    namespace HistoryReply {

        /** Properties of a HistoryReply. */
        interface $Properties {

            /** HistoryReply id */
            id?: (number|null);

            /** HistoryReply applied */
            applied?: (number|null);

            /** HistoryReply revision */
            revision?: (number|null);

            /** HistoryReply servedBy */
            servedBy?: (string|null);

            /** HistoryReply leader */
            leader?: (kvd.LeaderHint.$Properties|null);

            /** HistoryReply more */
            more?: (boolean|null);

            /** HistoryReply events */
            events?: (kvd.Event.$Properties[]|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a HistoryReply. */
        type $Shape = kvd.HistoryReply.$Properties;
    }

    /**
     * Properties of a PrincipalItem.
     * @deprecated Use kvd.PrincipalItem.$Properties instead.
     */
    interface IPrincipalItem extends kvd.PrincipalItem.$Properties {
    }

    /** Represents a PrincipalItem. */
    class PrincipalItem {

        /**
         * Constructs a new PrincipalItem.
         * @param [properties] Properties to set
         */
        constructor(properties?: kvd.PrincipalItem.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** PrincipalItem id. */
        id: string;

        /** PrincipalItem role. */
        role: number;

        /** PrincipalItem prefix. */
        prefix: Uint8Array;

        /** PrincipalItem rotated. */
        rotated: boolean;

        /** PrincipalItem graceLeftMs. */
        graceLeftMs: number;

        /**
         * Encodes the specified PrincipalItem message. Does not implicitly {@link kvd.PrincipalItem.verify|verify} messages.
         * @param message PrincipalItem message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: kvd.PrincipalItem.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a PrincipalItem message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {kvd.PrincipalItem & kvd.PrincipalItem.$Shape} PrincipalItem
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): kvd.PrincipalItem & kvd.PrincipalItem.$Shape;
    }

    namespace PrincipalItem {

        /** Properties of a PrincipalItem. */
        interface $Properties {

            /** PrincipalItem id */
            id?: (string|null);

            /** PrincipalItem role */
            role?: (number|null);

            /** PrincipalItem prefix */
            prefix?: (Uint8Array|null);

            /** PrincipalItem rotated */
            rotated?: (boolean|null);

            /** PrincipalItem graceLeftMs */
            graceLeftMs?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a PrincipalItem. */
        type $Shape = kvd.PrincipalItem.$Properties;
    }

    /**
     * Properties of a PrincipalsReply.
     * @deprecated Use kvd.PrincipalsReply.$Properties instead.
     */
    interface IPrincipalsReply extends kvd.PrincipalsReply.$Properties {
    }

    /** Represents a PrincipalsReply. */
    class PrincipalsReply {

        /**
         * Constructs a new PrincipalsReply.
         * @param [properties] Properties to set
         */
        constructor(properties?: kvd.PrincipalsReply.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** PrincipalsReply id. */
        id: number;

        /** PrincipalsReply applied. */
        applied: number;

        /** PrincipalsReply revision. */
        revision: number;

        /** PrincipalsReply servedBy. */
        servedBy: string;

        /** PrincipalsReply leader. */
        leader?: (kvd.LeaderHint.$Properties|null);

        /** PrincipalsReply principals. */
        principals: kvd.PrincipalItem.$Properties[];

        /** PrincipalsReply level. */
        level: number;

        /** PrincipalsReply aged. */
        aged: boolean;

        /** PrincipalsReply ageMs. */
        ageMs: number;

        /**
         * Encodes the specified PrincipalsReply message. Does not implicitly {@link kvd.PrincipalsReply.verify|verify} messages.
         * @param message PrincipalsReply message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: kvd.PrincipalsReply.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a PrincipalsReply message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {kvd.PrincipalsReply & kvd.PrincipalsReply.$Shape} PrincipalsReply
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): kvd.PrincipalsReply & kvd.PrincipalsReply.$Shape;
    }

    namespace PrincipalsReply {

        /** Properties of a PrincipalsReply. */
        interface $Properties {

            /** PrincipalsReply id */
            id?: (number|null);

            /** PrincipalsReply applied */
            applied?: (number|null);

            /** PrincipalsReply revision */
            revision?: (number|null);

            /** PrincipalsReply servedBy */
            servedBy?: (string|null);

            /** PrincipalsReply leader */
            leader?: (kvd.LeaderHint.$Properties|null);

            /** PrincipalsReply principals */
            principals?: (kvd.PrincipalItem.$Properties[]|null);

            /** PrincipalsReply level */
            level?: (number|null);

            /** PrincipalsReply aged */
            aged?: (boolean|null);

            /** PrincipalsReply ageMs */
            ageMs?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a PrincipalsReply. */
        type $Shape = kvd.PrincipalsReply.$Properties;
    }

    /**
     * Properties of a SnapshotReply.
     * @deprecated Use kvd.SnapshotReply.$Properties instead.
     */
    interface ISnapshotReply extends kvd.SnapshotReply.$Properties {
    }

    /** Represents a SnapshotReply. */
    class SnapshotReply {

        /**
         * Constructs a new SnapshotReply.
         * @param [properties] Properties to set
         */
        constructor(properties?: kvd.SnapshotReply.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** SnapshotReply id. */
        id: number;

        /** SnapshotReply applied. */
        applied: number;

        /** SnapshotReply revision. */
        revision: number;

        /** SnapshotReply servedBy. */
        servedBy: string;

        /** SnapshotReply leader. */
        leader?: (kvd.LeaderHint.$Properties|null);

        /** SnapshotReply making. */
        making: boolean;

        /** SnapshotReply manifest. */
        manifest: Uint8Array;

        /** SnapshotReply hash. */
        hash: Uint8Array;

        /** SnapshotReply chunks. */
        chunks: number;

        /**
         * Encodes the specified SnapshotReply message. Does not implicitly {@link kvd.SnapshotReply.verify|verify} messages.
         * @param message SnapshotReply message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: kvd.SnapshotReply.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a SnapshotReply message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {kvd.SnapshotReply & kvd.SnapshotReply.$Shape} SnapshotReply
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): kvd.SnapshotReply & kvd.SnapshotReply.$Shape;
    }

    namespace SnapshotReply {

        /** Properties of a SnapshotReply. */
        interface $Properties {

            /** SnapshotReply id */
            id?: (number|null);

            /** SnapshotReply applied */
            applied?: (number|null);

            /** SnapshotReply revision */
            revision?: (number|null);

            /** SnapshotReply servedBy */
            servedBy?: (string|null);

            /** SnapshotReply leader */
            leader?: (kvd.LeaderHint.$Properties|null);

            /** SnapshotReply making */
            making?: (boolean|null);

            /** SnapshotReply manifest */
            manifest?: (Uint8Array|null);

            /** SnapshotReply hash */
            hash?: (Uint8Array|null);

            /** SnapshotReply chunks */
            chunks?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a SnapshotReply. */
        type $Shape = kvd.SnapshotReply.$Properties;
    }

    /**
     * Properties of a ChunkReply.
     * @deprecated Use kvd.ChunkReply.$Properties instead.
     */
    interface IChunkReply extends kvd.ChunkReply.$Properties {
    }

    /** Represents a ChunkReply. */
    class ChunkReply {

        /**
         * Constructs a new ChunkReply.
         * @param [properties] Properties to set
         */
        constructor(properties?: kvd.ChunkReply.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** ChunkReply id. */
        id: number;

        /** ChunkReply applied. */
        applied: number;

        /** ChunkReply revision. */
        revision: number;

        /** ChunkReply servedBy. */
        servedBy: string;

        /** ChunkReply leader. */
        leader?: (kvd.LeaderHint.$Properties|null);

        /** ChunkReply gone. */
        gone: boolean;

        /** ChunkReply content. */
        content: Uint8Array;

        /**
         * Encodes the specified ChunkReply message. Does not implicitly {@link kvd.ChunkReply.verify|verify} messages.
         * @param message ChunkReply message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: kvd.ChunkReply.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a ChunkReply message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {kvd.ChunkReply & kvd.ChunkReply.$Shape} ChunkReply
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): kvd.ChunkReply & kvd.ChunkReply.$Shape;
    }

    namespace ChunkReply {

        /** Properties of a ChunkReply. */
        interface $Properties {

            /** ChunkReply id */
            id?: (number|null);

            /** ChunkReply applied */
            applied?: (number|null);

            /** ChunkReply revision */
            revision?: (number|null);

            /** ChunkReply servedBy */
            servedBy?: (string|null);

            /** ChunkReply leader */
            leader?: (kvd.LeaderHint.$Properties|null);

            /** ChunkReply gone */
            gone?: (boolean|null);

            /** ChunkReply content */
            content?: (Uint8Array|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a ChunkReply. */
        type $Shape = kvd.ChunkReply.$Properties;
    }

    /**
     * Properties of a ShorteningReply.
     * @deprecated Use kvd.ShorteningReply.$Properties instead.
     */
    interface IShorteningReply extends kvd.ShorteningReply.$Properties {
    }

    /** Represents a ShorteningReply. */
    class ShorteningReply {

        /**
         * Constructs a new ShorteningReply.
         * @param [properties] Properties to set
         */
        constructor(properties?: kvd.ShorteningReply.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** ShorteningReply id. */
        id: number;

        /** ShorteningReply applied. */
        applied: number;

        /** ShorteningReply revision. */
        revision: number;

        /** ShorteningReply servedBy. */
        servedBy: string;

        /** ShorteningReply leader. */
        leader?: (kvd.LeaderHint.$Properties|null);

        /** ShorteningReply below. */
        below: number;

        /**
         * Encodes the specified ShorteningReply message. Does not implicitly {@link kvd.ShorteningReply.verify|verify} messages.
         * @param message ShorteningReply message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: kvd.ShorteningReply.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a ShorteningReply message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {kvd.ShorteningReply & kvd.ShorteningReply.$Shape} ShorteningReply
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): kvd.ShorteningReply & kvd.ShorteningReply.$Shape;
    }

    namespace ShorteningReply {

        /** Properties of a ShorteningReply. */
        interface $Properties {

            /** ShorteningReply id */
            id?: (number|null);

            /** ShorteningReply applied */
            applied?: (number|null);

            /** ShorteningReply revision */
            revision?: (number|null);

            /** ShorteningReply servedBy */
            servedBy?: (string|null);

            /** ShorteningReply leader */
            leader?: (kvd.LeaderHint.$Properties|null);

            /** ShorteningReply below */
            below?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a ShorteningReply. */
        type $Shape = kvd.ShorteningReply.$Properties;
    }

    /**
     * Properties of an AgeReply.
     * @deprecated Use kvd.AgeReply.$Properties instead.
     */
    interface IAgeReply extends kvd.AgeReply.$Properties {
    }

    /** Represents an AgeReply. */
    class AgeReply {

        /**
         * Constructs a new AgeReply.
         * @param [properties] Properties to set
         */
        constructor(properties?: kvd.AgeReply.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** AgeReply id. */
        id: number;

        /** AgeReply applied. */
        applied: number;

        /** AgeReply revision. */
        revision: number;

        /** AgeReply servedBy. */
        servedBy: string;

        /** AgeReply leader. */
        leader?: (kvd.LeaderHint.$Properties|null);

        /** AgeReply last. */
        last: number;

        /**
         * Encodes the specified AgeReply message. Does not implicitly {@link kvd.AgeReply.verify|verify} messages.
         * @param message AgeReply message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: kvd.AgeReply.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an AgeReply message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {kvd.AgeReply & kvd.AgeReply.$Shape} AgeReply
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): kvd.AgeReply & kvd.AgeReply.$Shape;
    }

    namespace AgeReply {

        /** Properties of an AgeReply. */
        interface $Properties {

            /** AgeReply id */
            id?: (number|null);

            /** AgeReply applied */
            applied?: (number|null);

            /** AgeReply revision */
            revision?: (number|null);

            /** AgeReply servedBy */
            servedBy?: (string|null);

            /** AgeReply leader */
            leader?: (kvd.LeaderHint.$Properties|null);

            /** AgeReply last */
            last?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an AgeReply. */
        type $Shape = kvd.AgeReply.$Properties;
    }

    /**
     * Properties of a SlotItem.
     * @deprecated Use kvd.SlotItem.$Properties instead.
     */
    interface ISlotItem extends kvd.SlotItem.$Properties {
    }

    /** Represents a SlotItem. */
    class SlotItem {

        /**
         * Constructs a new SlotItem.
         * @param [properties] Properties to set
         */
        constructor(properties?: kvd.SlotItem.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** SlotItem slot. */
        slot: number;

        /** SlotItem ballot. */
        ballot: number;

        /** SlotItem kind. */
        kind: number;

        /** SlotItem bytes. */
        bytes: number;

        /** SlotItem commands. */
        commands: number;

        /** SlotItem operations. */
        operations: kvd.Counter.$Properties[];

        /**
         * Encodes the specified SlotItem message. Does not implicitly {@link kvd.SlotItem.verify|verify} messages.
         * @param message SlotItem message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: kvd.SlotItem.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a SlotItem message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {kvd.SlotItem & kvd.SlotItem.$Shape} SlotItem
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): kvd.SlotItem & kvd.SlotItem.$Shape;
    }

    namespace SlotItem {

        /** Properties of a SlotItem. */
        interface $Properties {

            /** SlotItem slot */
            slot?: (number|null);

            /** SlotItem ballot */
            ballot?: (number|null);

            /** SlotItem kind */
            kind?: (number|null);

            /** SlotItem bytes */
            bytes?: (number|null);

            /** SlotItem commands */
            commands?: (number|null);

            /** SlotItem operations */
            operations?: (kvd.Counter.$Properties[]|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a SlotItem. */
        type $Shape = kvd.SlotItem.$Properties;
    }

    /**
     * Properties of a LogReply.
     * @deprecated Use kvd.LogReply.$Properties instead.
     */
    interface ILogReply extends kvd.LogReply.$Properties {
    }

    /** Represents a LogReply. */
    class LogReply {

        /**
         * Constructs a new LogReply.
         * @param [properties] Properties to set
         */
        constructor(properties?: kvd.LogReply.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** LogReply id. */
        id: number;

        /** LogReply applied. */
        applied: number;

        /** LogReply revision. */
        revision: number;

        /** LogReply servedBy. */
        servedBy: string;

        /** LogReply leader. */
        leader?: (kvd.LeaderHint.$Properties|null);

        /** LogReply firstKept. */
        firstKept: number;

        /** LogReply chosen. */
        chosen: number;

        /** LogReply end. */
        end: number;

        /** LogReply next. */
        next: number;

        /** LogReply slots. */
        slots: kvd.SlotItem.$Properties[];

        /**
         * Encodes the specified LogReply message. Does not implicitly {@link kvd.LogReply.verify|verify} messages.
         * @param message LogReply message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: kvd.LogReply.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a LogReply message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {kvd.LogReply & kvd.LogReply.$Shape} LogReply
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): kvd.LogReply & kvd.LogReply.$Shape;
    }

    namespace LogReply {

        /** Properties of a LogReply. */
        interface $Properties {

            /** LogReply id */
            id?: (number|null);

            /** LogReply applied */
            applied?: (number|null);

            /** LogReply revision */
            revision?: (number|null);

            /** LogReply servedBy */
            servedBy?: (string|null);

            /** LogReply leader */
            leader?: (kvd.LeaderHint.$Properties|null);

            /** LogReply firstKept */
            firstKept?: (number|null);

            /** LogReply chosen */
            chosen?: (number|null);

            /** LogReply end */
            end?: (number|null);

            /** LogReply next */
            next?: (number|null);

            /** LogReply slots */
            slots?: (kvd.SlotItem.$Properties[]|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a LogReply. */
        type $Shape = kvd.LogReply.$Properties;
    }

    /**
     * Properties of a StateHashReply.
     * @deprecated Use kvd.StateHashReply.$Properties instead.
     */
    interface IStateHashReply extends kvd.StateHashReply.$Properties {
    }

    /** Represents a StateHashReply. */
    class StateHashReply {

        /**
         * Constructs a new StateHashReply.
         * @param [properties] Properties to set
         */
        constructor(properties?: kvd.StateHashReply.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** StateHashReply id. */
        id: number;

        /** StateHashReply applied. */
        applied: number;

        /** StateHashReply revision. */
        revision: number;

        /** StateHashReply servedBy. */
        servedBy: string;

        /** StateHashReply leader. */
        leader?: (kvd.LeaderHint.$Properties|null);

        /** StateHashReply watermark. */
        watermark: number;

        /** StateHashReply at. */
        at: number;

        /** StateHashReply known. */
        known: boolean;

        /** StateHashReply hash. */
        hash: number;

        /** StateHashReply keys. */
        keys: number;

        /**
         * Encodes the specified StateHashReply message. Does not implicitly {@link kvd.StateHashReply.verify|verify} messages.
         * @param message StateHashReply message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: kvd.StateHashReply.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a StateHashReply message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {kvd.StateHashReply & kvd.StateHashReply.$Shape} StateHashReply
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): kvd.StateHashReply & kvd.StateHashReply.$Shape;
    }

    namespace StateHashReply {

        /** Properties of a StateHashReply. */
        interface $Properties {

            /** StateHashReply id */
            id?: (number|null);

            /** StateHashReply applied */
            applied?: (number|null);

            /** StateHashReply revision */
            revision?: (number|null);

            /** StateHashReply servedBy */
            servedBy?: (string|null);

            /** StateHashReply leader */
            leader?: (kvd.LeaderHint.$Properties|null);

            /** StateHashReply watermark */
            watermark?: (number|null);

            /** StateHashReply at */
            at?: (number|null);

            /** StateHashReply known */
            known?: (boolean|null);

            /** StateHashReply hash */
            hash?: (number|null);

            /** StateHashReply keys */
            keys?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a StateHashReply. */
        type $Shape = kvd.StateHashReply.$Properties;
    }

    /**
     * Properties of a PeerHello.
     * @deprecated Use kvd.PeerHello.$Properties instead.
     */
    interface IPeerHello extends kvd.PeerHello.$Properties {
    }

    /** Represents a PeerHello. */
    class PeerHello {

        /**
         * Constructs a new PeerHello.
         * @param [properties] Properties to set
         */
        constructor(properties?: kvd.PeerHello.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** PeerHello clusterId. */
        clusterId: Uint8Array;

        /** PeerHello node. */
        node: number;

        /** PeerHello incarnation. */
        incarnation: Uint8Array;

        /** PeerHello startCount. */
        startCount: number;

        /** PeerHello nonce. */
        nonce: Uint8Array;

        /** PeerHello witnessPromised. */
        witnessPromised: number;

        /** PeerHello witnessAccepted. */
        witnessAccepted: number;

        /** PeerHello witnessEnd. */
        witnessEnd: number;

        /**
         * Encodes the specified PeerHello message. Does not implicitly {@link kvd.PeerHello.verify|verify} messages.
         * @param message PeerHello message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: kvd.PeerHello.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a PeerHello message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {kvd.PeerHello & kvd.PeerHello.$Shape} PeerHello
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): kvd.PeerHello & kvd.PeerHello.$Shape;
    }

    namespace PeerHello {

        /** Properties of a PeerHello. */
        interface $Properties {

            /** PeerHello clusterId */
            clusterId?: (Uint8Array|null);

            /** PeerHello node */
            node?: (number|null);

            /** PeerHello incarnation */
            incarnation?: (Uint8Array|null);

            /** PeerHello startCount */
            startCount?: (number|null);

            /** PeerHello nonce */
            nonce?: (Uint8Array|null);

            /** PeerHello witnessPromised */
            witnessPromised?: (number|null);

            /** PeerHello witnessAccepted */
            witnessAccepted?: (number|null);

            /** PeerHello witnessEnd */
            witnessEnd?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a PeerHello. */
        type $Shape = kvd.PeerHello.$Properties;
    }

    /**
     * Properties of a ClientHello.
     * @deprecated Use kvd.ClientHello.$Properties instead.
     */
    interface IClientHello extends kvd.ClientHello.$Properties {
    }

    /** Represents a ClientHello. */
    class ClientHello {

        /**
         * Constructs a new ClientHello.
         * @param [properties] Properties to set
         */
        constructor(properties?: kvd.ClientHello.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** ClientHello clusterId. */
        clusterId: Uint8Array;

        /**
         * Encodes the specified ClientHello message. Does not implicitly {@link kvd.ClientHello.verify|verify} messages.
         * @param message ClientHello message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: kvd.ClientHello.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a ClientHello message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {kvd.ClientHello & kvd.ClientHello.$Shape} ClientHello
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): kvd.ClientHello & kvd.ClientHello.$Shape;
    }

    namespace ClientHello {

        /** Properties of a ClientHello. */
        interface $Properties {

            /** ClientHello clusterId */
            clusterId?: (Uint8Array|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a ClientHello. */
        type $Shape = kvd.ClientHello.$Properties;
    }

    /**
     * Properties of a Welcome.
     * @deprecated Use kvd.Welcome.$Properties instead.
     */
    interface IWelcome extends kvd.Welcome.$Properties {
    }

    /** Represents a Welcome. */
    class Welcome {

        /**
         * Constructs a new Welcome.
         * @param [properties] Properties to set
         */
        constructor(properties?: kvd.Welcome.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Welcome clusterId. */
        clusterId: Uint8Array;

        /** Welcome node. */
        node: string;

        /** Welcome timeMs. */
        timeMs: number;

        /** Welcome leader. */
        leader?: (kvd.LeaderHint.$Properties|null);

        /** Welcome members. */
        members: kvd.LeaderHint.$Properties[];

        /**
         * Encodes the specified Welcome message. Does not implicitly {@link kvd.Welcome.verify|verify} messages.
         * @param message Welcome message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: kvd.Welcome.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Welcome message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {kvd.Welcome & kvd.Welcome.$Shape} Welcome
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): kvd.Welcome & kvd.Welcome.$Shape;
    }

    namespace Welcome {

        /** Properties of a Welcome. */
        interface $Properties {

            /** Welcome clusterId */
            clusterId?: (Uint8Array|null);

            /** Welcome node */
            node?: (string|null);

            /** Welcome timeMs */
            timeMs?: (number|null);

            /** Welcome leader */
            leader?: (kvd.LeaderHint.$Properties|null);

            /** Welcome members */
            members?: (kvd.LeaderHint.$Properties[]|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Welcome. */
        type $Shape = kvd.Welcome.$Properties;
    }

    /**
     * Properties of a Refused.
     * @deprecated Use kvd.Refused.$Properties instead.
     */
    interface IRefused extends kvd.Refused.$Properties {
    }

    /** Represents a Refused. */
    class Refused {

        /**
         * Constructs a new Refused.
         * @param [properties] Properties to set
         */
        constructor(properties?: kvd.Refused.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Refused code. */
        code: string;

        /** Refused message. */
        message: string;

        /**
         * Encodes the specified Refused message. Does not implicitly {@link kvd.Refused.verify|verify} messages.
         * @param message Refused message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: kvd.Refused.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Refused message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {kvd.Refused & kvd.Refused.$Shape} Refused
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): kvd.Refused & kvd.Refused.$Shape;
    }

    namespace Refused {

        /** Properties of a Refused. */
        interface $Properties {

            /** Refused code */
            code?: (string|null);

            /** Refused message */
            message?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Refused. */
        type $Shape = kvd.Refused.$Properties;
    }
}
