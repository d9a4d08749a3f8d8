// Made by `npm run gen` from the cards of this plugin. Do not edit.

/**
 * A school year of one organisation; a closed year is read-only.
 */
export interface SchoolYear {
  name: string;
  startsOn: string;
  endsOn: string;
  closed?: boolean;
}

/**
 * A class, college group, association or preschool group of one school year.
 */
export interface StudyGroup {
  kind: string;
  schoolYear: string;
  name: string;
  grade?: number;
  letter?: string;
  classTeacher?: string;
  shift?: string;
  profile?: string;
  capacity?: number;
  previousGroup?: string;
}
