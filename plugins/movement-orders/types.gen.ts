// Made by `npm run gen` from the cards of this plugin. Do not edit.

/**
 * The only truth of who was in which group and when; keeps the student's status, group and enrolment day. Opening lines bring in the state an organisation starts with.
 */
export interface MovementLine {
  student: string;
  kind: string;
  effectiveOn: string;
  toGroup: string;
  orderNumber?: string;
  orderedOn?: string;
}
