/**
 * What a file is, by its content (IE5): whatever its name or its sender says, and nothing beyond this list. Reads
 * parts of the file only, never the whole into memory.
 */
import type { FileHandle } from 'node:fs/promises';

export interface Kind {
  id: 'pdf' | 'png' | 'jpeg' | 'docx' | 'xlsx' | 'txt';
  /** Sent with the file. */
  media: string;
  extensions: readonly [string, ...string[]];
}

const KINDS = {
  pdf: { id: 'pdf', media: 'application/pdf', extensions: ['pdf'] },
  png: { id: 'png', media: 'image/png', extensions: ['png'] },
  jpeg: { id: 'jpeg', media: 'image/jpeg', extensions: ['jpg', 'jpeg'] },
  docx: {
    id: 'docx',
    media: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    extensions: ['docx'],
  },
  xlsx: {
    id: 'xlsx',
    media: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    extensions: ['xlsx'],
  },
  txt: { id: 'txt', media: 'text/plain; charset=utf-8', extensions: ['txt'] },
} as const satisfies Record<string, Kind>;

/** Everything a file may be sent as. */
export const MEDIA: readonly string[] = Object.values(KINDS).map(kind => kind.media);

export const kindById = (id: string): Kind | undefined =>
  Object.hasOwn(KINDS, id) ? KINDS[id as Kind['id']] : undefined;

/** A picture that unpacks to more is no photograph but an attack on whoever opens it. */
const MAX_PIXELS = 40_000_000;
const HEAD_BYTES = 1_048_576;

/** @returns undefined for anything that is not on the list, or is damaged where we look */
export async function kindOf(file: FileHandle, size: number): Promise<Kind | undefined> {
  const head = await part(file, 0, Math.min(size, HEAD_BYTES));
  if (/^%PDF-[12]\.\d/.test(head.toString('latin1', 0, 8))) return KINDS.pdf;
  if (head.subarray(0, 8).equals(PNG)) return fits(pngSize(head)) ? KINDS.png : undefined;
  if (head.length > 3 && head.readUIntBE(0, 3) === 0xffd8ff)
    return fits(jpegSize(head)) ? KINDS.jpeg : undefined;
  if (head.length > 4 && head.readUInt32BE(0) === 0x504b0304) return officeKind(await zipNames(file, size));
  return (await isText(file, size)) ? KINDS.txt : undefined;
}

async function part(file: FileHandle, from: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await file.read(buffer, 0, length, from);
  return buffer.subarray(0, bytesRead);
}

const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
type Size = [width: number, height: number] | undefined;
const fits = (size: Size): boolean =>
  size !== undefined && size[0] > 0 && size[1] > 0 && size[0] * size[1] <= MAX_PIXELS;

const pngSize = (head: Buffer): Size =>
  head.length >= 24 && head.toString('latin1', 12, 16) === 'IHDR'
    ? [head.readUInt32BE(16), head.readUInt32BE(20)]
    : undefined;

/** From the frame header, which stands behind any number of other segments. */
function jpegSize(head: Buffer): Size {
  for (let at = 2; at + 9 <= head.length; ) {
    if (head[at] !== 0xff) return undefined;
    const marker = head[at + 1] as number;
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return [head.readUInt16BE(at + 7), head.readUInt16BE(at + 5)];
    // Padding between segments.
    at += marker === 0xff ? 1 : 2 + Math.max(2, head.readUInt16BE(at + 2));
  }
  return undefined;
}

const MAX_ENTRIES = 2_000;
const MAX_DIRECTORY_BYTES = 1_048_576;

/** Names of the entries, from the directory at the end of the archive; none if it has no good one. */
async function zipNames(file: FileHandle, size: number): Promise<Set<string>> {
  const names = new Set<string>();
  const tail = await part(file, Math.max(0, size - 65_557), Math.min(size, 65_557));
  const end = tail.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  if (end < 0 || end + 22 > tail.length) return names;
  const entries = tail.readUInt16LE(end + 10);
  const length = tail.readUInt32LE(end + 12);
  const from = tail.readUInt32LE(end + 16);
  if (entries > MAX_ENTRIES || length > MAX_DIRECTORY_BYTES || from + length > size) return names;
  const directory = await part(file, from, length);
  for (let at = 0; at + 46 <= directory.length && directory.readUInt32LE(at) === 0x02014b50; ) {
    const nameLength = directory.readUInt16LE(at + 28);
    names.add(directory.toString('utf8', at + 46, at + 46 + nameLength));
    at += 46 + nameLength + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
  return names.size === entries ? names : new Set();
}

/** Documents with programs in them are refused, under whatever name. */
function officeKind(names: ReadonlySet<string>): Kind | undefined {
  if (!names.has('[Content_Types].xml') || [...names].some(name => /vbaProject|activeX/i.test(name)))
    return undefined;
  if (names.has('word/document.xml')) return KINDS.docx;
  return names.has('xl/workbook.xml') ? KINDS.xlsx : undefined;
}

/** UTF-8 throughout, with no control characters but tabs and ends of lines and pages. */
async function isText(file: FileHandle, size: number): Promise<boolean> {
  const utf8 = new TextDecoder('utf-8', { fatal: true });
  try {
    for (let from = 0; from < size; from += HEAD_BYTES) {
      const bytes = await part(file, from, Math.min(HEAD_BYTES, size - from));
      const text = utf8.decode(bytes, { stream: from + HEAD_BYTES < size });
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
      if (/[\u0000-\u0008\u000b\u000e-\u001f\u007f]/.test(text)) return false;
    }
    return true;
  } catch {
    return false;
  }
}
