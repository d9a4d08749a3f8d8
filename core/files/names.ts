/** Names of files as people gave them: shown as text, never used as a path. */
import type { Kind } from './kinds.ts';

const MAX_NAME = 150;
/** Control, zero-width and direction characters: a name must look like what it is. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** One line without folders, ending as its content demands: `../приказ.exe` of a PDF -> `приказ.exe.pdf`. */
export function fileName(given: string, kind: Kind): string {
  const last = given.toWellFormed().normalize('NFC').replace(UNSEEN, '').split(/[\\/]/).at(-1) ?? '';
  const plain = last.replace(/[<>:"|?*]/g, '_').replace(/^[.\s]+|[.\s]+$/g, '') || 'файл';
  const ends = kind.extensions.some(extension => plain.toLowerCase().endsWith(`.${extension}`));
  const extension = ends ? plain.slice(plain.lastIndexOf('.')) : `.${kind.extensions[0]}`;
  const stem = ends ? plain.slice(0, plain.lastIndexOf('.')) || 'файл' : plain;
  return `${[...stem].slice(0, MAX_NAME).join('')}${extension}`;
}

/** RFC 6266: always to be saved, never shown in our own origin. */
export function contentDisposition(name: string): string {
  const plain = name.replace(/[^\w. -]/g, '_');
  const exact = encodeURIComponent(name).replace(
    /['()*]/g,
    c => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${exact}`;
}
