/** The app on a phone: makes codes of a secret by the clock of the server under test. */
import type { Clock } from '../../core/clock.ts';
import { codeOf, stepAt } from '../../core/identity/totp.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

export class Authenticator {
  readonly #secret: Buffer;
  readonly #clock: Clock;

  constructor(secret: string, clock: Clock) {
    const bits = [...secret].map(sign => ALPHABET.indexOf(sign).toString(2).padStart(5, '0')).join('');
    this.#secret = Buffer.from((bits.match(/.{8}/g) ?? []).map(byte => Number.parseInt(byte, 2)));
    this.#clock = clock;
  }

  /** @param later time steps from now */
  code(later = 0): string {
    return codeOf(this.#secret, stepAt(this.#clock.now()) + later);
  }
}
