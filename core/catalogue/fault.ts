/** Something wrong in a plugin's file: where and why. The loader turns it into a quarantine entry. */
export class CatalogueFault extends Error {
  override readonly name = 'CatalogueFault';
  readonly file: string;
  /** JSON pointer into the file; empty for the whole file. */
  readonly pointer: string;
  /** A Russian sentence for the modules page. */
  readonly reason: string;

  constructor(file: string, pointer: string, reason: string) {
    super(`${file}#${pointer}: ${reason}`);
    this.file = file;
    this.pointer = pointer;
    this.reason = reason;
  }
}

/** Reports a fault at a JSON pointer of the file in hand. */
export type Refuse = (pointer: string, reason: string) => never;

/** The `Refuse` of one file. */
export const refuseIn =
  (file: string): Refuse =>
  (pointer, reason) => {
    throw new CatalogueFault(file, pointer, reason);
  };

/** One step of a JSON pointer, escaped. */
export const step = (name: string | number): string =>
  `/${String(name).replaceAll('~', '~0').replaceAll('/', '~1')}`;
