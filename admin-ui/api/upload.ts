/** A file on its way to the server. `fetch` does not tell how much has gone, so this is the one use of XMLHttpRequest. */
import { ApiProblem, apiHeaders } from './client.ts';

/**
 * @param onProgress  share that has gone, 0..1
 * @throws ApiProblem as every other request; AbortError when taken back
 */
export function uploadFile<T>(
  path: string,
  file: File,
  options: { appointment: string; signal: AbortSignal; onProgress: (share: number) => void },
): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const request = new XMLHttpRequest();
  request.open('POST', path);
  for (const [name, value] of apiHeaders('POST', { appointment: options.appointment }))
    request.setRequestHeader(name, value);
  request.upload.addEventListener('progress', event => {
    if (event.lengthComputable) options.onProgress(event.loaded / event.total);
  });
  request.addEventListener('load', () => {
    const body = parsed(request.responseText);
    if (request.status < 400) resolve(body as T);
    else reject(new ApiProblem(request.status, body));
  });
  // A server that refuses before it has read all may simply close the connection.
  request.addEventListener('error', () => reject(new ApiProblem(0, {})));
  request.addEventListener('abort', () => reject(new DOMException('', 'AbortError')));
  options.signal.addEventListener('abort', () => request.abort());
  const form = new FormData();
  form.append('file', file, file.name);
  request.send(form);
  return promise;
}

function parsed(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}
