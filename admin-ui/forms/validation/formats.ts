/** Formats of core as the form's controls and messages want them; unknown formats are plain text. */
import { maskOf, normaliseFormat, showFormat } from '../../../core/formats/formats.ts';

export const showValue = (format: string | undefined, value: string): string =>
  format ? showFormat(format, value) : value;

export const normaliseInput = (format: string | undefined, text: string): string =>
  format ? normaliseFormat(format, text) : text;

/** Mask to arrange text while it is typed. One with a digit of its own (+7) could swallow a typed digit: no mask. */
export function typingMask(own: string | undefined, format: string | undefined): string | undefined {
  const mask = own ?? (format ? maskOf(format) : undefined);
  return mask && !/[1-9]/.test(mask) ? mask : undefined;
}
