/** Requests as the forms send them: put off by the server, they come again with the same key. */
import type { Answer, Asking, Method } from './client.ts';
import { between, pause } from './fault.ts';

export const students = '/api/records/student';

/** @param options  as sent each time; a 503 or 429 is no answer yet */
export async function answered<T = Record<string, unknown>>(
  client: Asking,
  method: Method,
  url: string,
  options: { body?: unknown; headers?: Record<string, string> } = {},
): Promise<Answer<T>> {
  for (let tries = 0; ; tries += 1) {
    const answer = await client.request<T>(method, url, options);
    if ((answer.status !== 503 && answer.status !== 429) || tries > 100) return answer;
    await pause(between(50, 300));
  }
}

/** A name of letters for each number: names of people hold no digits. */
export function nameOf(number: number): string {
  const letters = String(number).replace(/\d/g, digit => 'абвгдежзик'[Number(digit)] ?? '');
  return letters.charAt(0).toUpperCase() + letters.slice(1);
}

export const aPerson = (lastName: string, firstName: string, more: object = { isNew: true }) => ({
  lastName,
  firstName,
  birthDate: '2014-03-02',
  sex: 'f',
  ...more,
});
