/** What is told to and answered by the administration of accounts. */
import type { Actor } from '../access/actor.ts';

export interface NewAppointment {
  role: string;
  organisationId: number;
  orderNumber?: string;
  orderDate?: string;
  /** Default: today. */
  validFrom?: string;
  validTo?: string;
}

export interface NewUser {
  login: string;
  password: string;
  personId?: string;
  mustChangePassword?: boolean;
  appointments: NewAppointment[];
}

/** What is to be changed of an appointment; `null` clears. */
export interface AppointmentChange {
  orderNumber?: string | null;
  orderDate?: string | null;
  validFrom?: string;
  validTo?: string | null;
}

/** A new account, or an appointment more for the account that the person already has. */
export interface Opened {
  id: string;
  login: string;
  /** Told once; absent: the person had an account before. */
  password?: string;
}

/** Whose slip: the person's account is made with this role if there is none. */
export interface SlipWish {
  personId: string;
  login: string;
  /** Absent: no account is made. */
  role?: string;
  organisationId: number;
}

export type SlipRefusal = 'no-account' | 'own-password' | 'other-roles' | 'blocked' | 'self';

export type Slip = { userId: string; login: string; password: string; created: boolean };

/** Who does it, for the rights and the audit; absent: the command line. */
export type Administrator = Actor | undefined;
