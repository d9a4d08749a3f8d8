import type { TestAnswer } from '../../support/app.ts';
import type { Region, Who } from './region.ts';

/** Asks one route as one person and says what came and what should have. */
export type Probe = (
  region: Region,
  who: Who,
  say: (got: unknown, expected: unknown) => void,
) => Promise<void>;

/** `403 FORBIDDEN`; `200` */
export const codeOf = (answer: TestAnswer<unknown>): string =>
  `${answer.status} ${(answer.body as { code?: string } | undefined)?.code ?? ''}`.trim();
