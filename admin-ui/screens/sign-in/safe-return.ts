/** The address to return to after signing in, if it is one of ours: never another site. */
export function safeReturn(to: string | undefined): string | undefined {
  return to && /^\/o\/[\w/-]*$/.test(to) ? to : undefined;
}
