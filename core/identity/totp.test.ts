import { expect, test } from 'vitest';
import { base32, codeOf, matchingStep, otpauthUri, stepAt } from './totp.ts';

const secret = Buffer.from('12345678901234567890');
const at = (seconds: number) => new Date(seconds * 1000);

test.each([
  [59, '287082'],
  [1_111_111_109, '081804'],
  [1_111_111_111, '050471'],
  [1_234_567_890, '005924'],
  [2_000_000_000, '279037'],
  [20_000_000_000, '353130'],
])('ID7 the code at %i seconds is that of RFC 6238', (seconds, code) => {
  expect(codeOf(secret, stepAt(at(seconds)))).toBe(code);
});

test('ID7 a clock may be a step off, and no more', () => {
  const here = stepAt(at(1_000_000));
  for (const off of [-1, 0, 1])
    expect(matchingStep(secret, codeOf(secret, here + off), at(1_000_000))).toBe(here + off);
  for (const off of [-2, 2])
    expect(matchingStep(secret, codeOf(secret, here + off), at(1_000_000))).toBeUndefined();
  expect(matchingStep(secret, '', at(1_000_000))).toBeUndefined();
});

test('ID7 the key is written as authenticators read it', () => {
  expect(base32(secret)).toBe('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ');
  expect(otpauthUri(secret, 'Картотека', 'иванов')).toMatch(
    /^otpauth:\/\/totp\/%D0%9A.*secret=GEZD.*&issuer=%D0%9A/,
  );
});
