/**
 * Cursors of lists: the sort values of the last row, sealed. They are made of card values, so they are unreadable
 * outside as well as unforgeable, and hold only for the same kind of card and the same sort (RP4).
 */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { badRequest } from '../problems.ts';

export interface CursorPosition {
  /** Text of each sort value, null for an empty one, then the id. */
  values: (string | null)[];
  id: string;
}

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export class CursorSeal {
  readonly #key: Buffer;

  constructor(secret: string) {
    this.#key = Buffer.from(hkdfSync('sha256', secret, 'kartoteka', 'list cursors', 32));
  }

  /** @param about what the cursor holds for: entity and sort */
  seal(about: string, position: CursorPosition): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce).setAAD(Buffer.from(about));
    const body = Buffer.concat([
      cipher.update(JSON.stringify([position.id, ...position.values])),
      cipher.final(),
    ]);
    return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url');
  }

  /** @throws CURSOR_INVALID when it was changed, made for another list or another sort */
  open(about: string, cursor: string, length: number): CursorPosition {
    try {
      const bytes = Buffer.from(cursor, 'base64url');
      const nonce = bytes.subarray(0, NONCE_BYTES);
      const tag = bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES);
      const decipher = createDecipheriv('aes-256-gcm', this.#key, nonce, { authTagLength: TAG_BYTES })
        .setAAD(Buffer.from(about))
        .setAuthTag(tag);
      const text =
        decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
      const [id, ...values] = JSON.parse(text) as [string, ...(string | null)[]];
      if (values.length !== length) throw new Error('other number of sort values');
      return { id, values };
    } catch {
      throw badRequest('CURSOR_INVALID', 'Место в списке не распознано: откройте список с начала', [
        {
          path: '/after',
          code: 'CURSOR_INVALID',
          message: 'Курсор от другого списка или сортировки либо повреждён',
        },
      ]);
    }
  }
}
