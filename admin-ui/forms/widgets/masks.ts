/**
 * Masks of typed text: `0` is a digit, `A` a letter, everything else is put in by itself.
 *
 * A mask only arranges what was typed: it never refuses, because the check beside the field explains better.
 */
const isSlot = (character: string) => character === '0' || character === 'A';
const fits = (slot: string, character: string) =>
  slot === '0' ? /\d/.test(character) : /\p{L}/u.test(character);

/** `('000-000-000 00', '11223344595')` is `112-233-445 95`; characters over the mask's length are kept at the end. */
export function applyMask(mask: string, text: string): string {
  const significant = [...text].filter(character => /[\p{L}\d]/u.test(character));
  let result = '';
  let next = 0;
  for (const slot of mask) {
    if (next >= significant.length) break;
    if (!isSlot(slot)) {
      result += slot;
      continue;
    }
    // A character that fits no slot ends the arranging: the text stays as typed, and the check will name the fault.
    if (!fits(slot, significant[next] ?? '')) return text;
    result += significant[next];
    next += 1;
  }
  return result + significant.slice(next).join('');
}

/** Where the caret belongs after arranging: behind as many letters and digits as stood before it. */
export function caretAfter(before: string, caret: number, after: string): number {
  const passed = [...before.slice(0, caret)].filter(character => /[\p{L}\d]/u.test(character)).length;
  if (passed === 0) return caret === 0 ? 0 : Math.min(caret, after.length);
  let seen = 0;
  for (let position = 0; position < after.length; position += 1) {
    if (/[\p{L}\d]/u.test(after[position] ?? '')) seen += 1;
    if (seen === passed) return position + 1;
  }
  return after.length;
}

/** `1 234,5` or `1234.5` is 1234.5; undefined when it is no number. */
export function parseNumber(text: string): number | undefined {
  const plain = text.replaceAll(/[\s\u00a0]/g, '').replace(',', '.');
  return plain !== '' && /^-?\d+(\.\d+)?$/.test(plain) ? Number(plain) : undefined;
}
