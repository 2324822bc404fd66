/** Why a membership cannot be changed as asked, here and now. */
export type ChangeRefusal =
  /** This node does not lead, or not yet. */
  | "not-serving"
  /** Another change, or a hand-over, is under way. */
  | "busy"
  /** The last change is not settled yet. */
  | "unsettled"
  /** It is not one step away from the membership in force. */
  | "no-step"
  /** It would remove the leader, which has to hand over first. */
  | "removes-leader"
  /** The learner that is to vote has not caught up, or has not answered lately. */
  | "behind"
  /** Of the voters that would be, no quorum has answered within one time-out. */
  | "no-quorum";
