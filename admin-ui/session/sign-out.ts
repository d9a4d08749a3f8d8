import type { QueryClient } from '@tanstack/react-query';
import { api } from '../api/client.ts';
import { links } from '../links.ts';

/** Ends the session and loads the page anew, so that nothing seen stays in memory. */
export async function signOut(client: QueryClient): Promise<void> {
  await api.delete('/api/session', { quiet: true }).catch(() => undefined);
  client.clear();
  location.assign(links.signIn());
}
