/** Formats of core as the form's controls and messages want them; unknown formats are plain text. */
import {
  checkFormat,
  maskOf as coreMask,
  normaliseFormat,
  showFormat,
} from '../../../core/formats/formats.ts';

/** What is wrong with a value, as a sentence: «Контрольное число не сходится». */
export function formatProblem(format: string, value: unknown): string | undefined {
  const reason = typeof value === 'string' ? checkFormat(format, value)?.reason : undefined;
  return reason ? reason.charAt(0).toUpperCase() + reason.slice(1) : undefined;
}

export const showValue = (format: string | undefined, value: string): string =>
  format ? showFormat(format, value) : value;

export const normaliseInput = (format: string | undefined, text: string): string =>
  format ? normaliseFormat(format, text) : text;

/** Mask to arrange text while it is typed. One with a digit of its own (+7) could swallow a typed digit: no mask. */
export function maskOf(format: string): string | undefined {
  const mask = coreMask(format);
  return mask && !/[1-9]/.test(mask) ? mask : undefined;
}
