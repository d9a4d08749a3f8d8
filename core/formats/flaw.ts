/** What is wrong with a value, for people and for programs. */
export interface Flaw {
  code: 'LENGTH' | 'CHECKSUM' | 'ZEROS' | 'FORMAT' | 'RANGE';
  /** A Russian half-sentence that follows the title of the field: «контрольное число не сходится». */
  reason: string;
}

export const flaw = (code: Flaw['code'], reason: string): Flaw => ({ code, reason });

/** How one kind of value is checked, kept and shown. All functions are pure and never throw. */
export interface Format {
  /** English name for documentation. */
  name: string;
  /** The stored form of what a person typed; what cannot be understood comes back trimmed. */
  normalise(value: string): string;
  /** What is wrong with a stored form; undefined when it is right. */
  check(stored: string): Flaw | undefined;
  /** What looks odd yet is accepted. */
  warn?(stored: string): Flaw | undefined;
  /** The stored form as people write it. */
  show?(stored: string): string;
  /** Input mask: 0 is a digit. */
  mask?: string;
}
