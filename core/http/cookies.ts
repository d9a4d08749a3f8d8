/** `__Host-` binds the cookie to this very host; browsers take it with Secure only, so not on plain loopback. */
export const cookieName = (secure: boolean) => (secure ? '__Host-kartoteka' : 'kartoteka');
