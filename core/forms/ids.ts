/** Ids of what people make at run time: never made of captions, so that renaming changes nothing. */
import { randomInt } from 'node:crypto';

const LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789';

const random = (length: number): string =>
  Array.from({ length }, () => LETTERS[randomInt(LETTERS.length)]).join('');

/** `cf_7k2m9x4q1z` */
export const newFieldId = (): string => `cf_${random(10)}`;
/** Of a dictionary of one's own: `d-7k2m9x4q1z` */
export const newDictionaryId = (): string => `d-${random(10)}`;
/** Of an item of a dictionary: `c_7k2m9x` */
export const newCode = (): string => `c_${random(6)}`;
