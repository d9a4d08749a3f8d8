/** Check digits of Russian identifiers. Each takes ASCII digits of the right length and answers true or false. */

const sum = (digits: string, weights: readonly number[]): number =>
  weights.reduce((total, weight, index) => total + weight * Number(digits[index]), 0);

const remainder = (digits: string, divisor: number): number => {
  let rest = 0;
  for (const digit of digits) rest = (rest * 10 + Number(digit)) % divisor;
  return rest;
};

/** СНИЛС; numbers up to 001-001-998 carry no check number. */
export function snilsSumIsRight(digits: string): boolean {
  if (Number(digits.slice(0, 9)) <= 1_001_998) return true;
  const rest = sum(digits, [9, 8, 7, 6, 5, 4, 3, 2, 1]) % 101;
  return Number(digits.slice(9)) === (rest === 100 ? 0 : rest);
}

const INN = [3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8];

/** ИНН of 10 digits (one check digit) or 12 (two). */
export function innSumIsRight(digits: string): boolean {
  const fits = (position: number) =>
    (sum(digits, INN.slice(11 - position)) % 11) % 10 === Number(digits[position]);
  return digits.length === 10 ? fits(9) : fits(10) && fits(11);
}

/** ОГРН: 13 digits, the last is the remainder of the first twelve by 11. */
export const ogrnSumIsRight = (digits: string): boolean =>
  remainder(digits.slice(0, 12), 11) % 10 === Number(digits[12]);

/** ОГРНИП: 15 digits, by 13. */
export const ogrnipSumIsRight = (digits: string): boolean =>
  remainder(digits.slice(0, 14), 13) % 10 === Number(digits[14]);

/**
 * ОКПО of 8 or 10 digits. The method does not say whether the second weights go on to 11 or start again at 1,
 * so the long code may have either digit.
 */
export function okpoSumIsRight(digits: string): boolean {
  const body = [...digits].slice(0, -1);
  const own = Number(digits.at(-1));
  const first = sum(
    digits,
    body.map((_, index) => index + 1),
  );
  if (first % 11 < 10) return first % 11 === own;
  const second = (wrap: boolean) => {
    const weights = body.map((_, index) => (wrap && index + 3 > 10 ? index - 7 : index + 3));
    return (sum(digits, weights) % 11) % 10;
  };
  return second(false) === own || (digits.length === 10 && second(true) === own);
}

/** Mod-10 digit of the insurance number (the same as Luhn's). */
export function policySumIsRight(digits: string): boolean {
  let total = 0;
  [...digits].reverse().forEach((digit, index) => {
    const value = Number(digit) * (index % 2 === 1 ? 2 : 1);
    total += value > 9 ? value - 9 : value;
  });
  return total % 10 === 0;
}
