import type { PublishedLayer } from '../forms/layers.ts';

/**
 * Who asks. Resolved once per request from the user's session and the appointment named by the request;
 * a required argument of every read and write of cards (G1): no actor is an error, never an administrator.
 */
export interface Actor {
  userId: string;
  personId: string | null;
  /** Short name for stamps and history: «Иванова М. П.» */
  name: string;
  appointmentId: string;
  role: string;
  /** The organisation (or authority) of the appointment. */
  organisationId: number;
  organisationName: string;
  level: 'region' | 'municipality' | 'organisation';
  /** Ids of all organisations in scope, own one included; empty when `everywhere`. */
  organisationIds: readonly number[];
  /** Region level: the scope is every organisation. */
  everywhere: boolean;
  /** Types of the own organisation, for enablement and words. */
  organisationTypes: readonly string[];
  /** Ids of plugins switched on for the organisation today. */
  plugins: ReadonlySet<string>;
  /** ISO day in the region's time zone; passed in, so that tests can set it. */
  today: string;
  /** What the own organisation and those above it have published over the installed catalogue; see core/forms. */
  forms?: readonly PublishedLayer[];
  /** Peer address for the audit. */
  address: string;
  /** Set for an actor that is remembered and not found out by this request: the database checks it (ID5). */
  proof?: ActorProof;
}

/** By what the database knows that a remembered actor still holds; it is asked with the first statement of a request. */
export interface ActorProof {
  token: Buffer;
  /** Versions of the user's rights and of the directory that the actor was found with. */
  rights: string;
  directory: string;
  /** The session was seen and begun after these moments, or it has ended. */
  seenSince: Date;
  begunSince: Date;
  /** Has the database said yes in this request? */
  confirmed: boolean;
}
