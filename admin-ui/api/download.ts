/** Files come as blobs: a plain link could not name the appointment. */
import { api } from './client.ts';

export interface Download {
  blob: Blob;
  name: string;
}

/** Asks for a file by POST. `fallback` names it if the server did not. */
export async function fetchFile(
  path: string,
  body: unknown,
  fallback: string,
  appointment: string,
): Promise<Download> {
  return await fileOf(
    await api.raw('POST', path, { body, appointment, headers: { Accept: '*/*' } }),
    fallback,
  );
}

/** A file that lies at an address. */
export const openFile = async (path: string, fallback: string, appointment: string): Promise<Download> =>
  await fileOf(await api.raw('GET', path, { appointment, headers: { Accept: '*/*' } }), fallback);

const fileOf = async (response: Response, fallback: string): Promise<Download> => ({
  blob: await response.blob(),
  name: nameOf(response.headers.get('Content-Disposition')) ?? fallback,
});

/** RFC 6266: the encoded name wins over the plain one. */
function nameOf(disposition: string | null): string | undefined {
  const encoded = /filename\*=UTF-8''([^;]+)/i.exec(disposition ?? '')?.[1];
  if (encoded) return decodeURIComponent(encoded);
  return /filename="([^"]+)"/i.exec(disposition ?? '')?.[1];
}

export function saveFile({ blob, name }: Download): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
