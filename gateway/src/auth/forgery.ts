/** Headers of a request, names in lower case. */
export type HeaderOf = (name: string) => string | undefined;

/** True when a page of another origin may have made the browser send this request. Only needed for requests signed in by cookie. */
export function maybeForged(header: HeaderOf): boolean {
  const site = header('sec-fetch-site');
  if (site !== undefined) return site !== 'same-origin';
  const origin = header('origin');
  if (origin !== undefined) return !sameOrigin(origin, header('host'));
  // Without these headers: a form of another site cannot send JSON or custom headers, but our scripts can.
  return !(header('content-type')?.startsWith('application/json') || header('x-sightline-request') !== undefined);
}

/** True when the Origin header names this host, or is absent, as from clients other than browsers. */
export function sameOrigin(origin: string | undefined, host: string | undefined): boolean {
  if (origin === undefined) return true;
  return URL.canParse(origin) && new URL(origin).host === host;
}
