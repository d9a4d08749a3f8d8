// Made by `npm run gen` from the cards of this plugin. Do not edit.

/**
 * A member of staff of one organisation: who it is, post and appointment.
 */
export interface StaffMember {
  person: {
    lastName: string;
    firstName: string;
    middleName?: string;
    birthDate?: string;
    sex?: string;
    snils?: string;
  };
  mainPosition: string;
  additionalPositions?: string[];
  employment?: string;
  status: string;
  hiredOn?: string;
  hireOrderNumber?: string;
  hireOrderDate?: string;
  workPhone?: string;
  email?: string;
}
