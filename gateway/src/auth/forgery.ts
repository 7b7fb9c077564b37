/** Headers of a request, names in lower case. */
export type HeaderOf = (name: string) => string | undefined;

/** True when a page of another origin may have made the browser send this: asked only of what a cookie signs in. */
export function maybeForged(header: HeaderOf): boolean {
  const site = header('sec-fetch-site');
  if (site !== undefined) return site !== 'same-origin';
  const origin = header('origin');
  if (origin !== undefined) return !sameOrigin(origin, header('host'));
  // No browser said where it comes from: a form cannot send JSON or a header of its own, a script of ours can.
  return !(header('content-type')?.startsWith('application/json') || header('x-sightline-request') !== undefined);
}

/** True when an Origin header names this host; no Origin: not a browser. */
export function sameOrigin(origin: string | undefined, host: string | undefined): boolean {
  if (origin === undefined) return true;
  return URL.canParse(origin) && new URL(origin).host === host;
}
