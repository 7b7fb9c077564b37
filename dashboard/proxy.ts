import { type NextRequest, NextResponse } from 'next/server';
import { PATH_HEADER } from '#lib/path-header.ts';

/** Tells the pages which address was asked for, so that signing in can come back to it. */
export function proxy(request: NextRequest): NextResponse {
  const headers = new Headers(request.headers);
  const query = new URLSearchParams(request.nextUrl.searchParams);
  query.delete('_rsc');
  const search = query.toString();
  headers.set(PATH_HEADER, search ? `${request.nextUrl.pathname}?${search}` : request.nextUrl.pathname);
  return NextResponse.next({ request: { headers } });
}

/** Not for what needs no one signed in: built files, the health of this process, and the sign-in page itself. */
export const config = { matcher: ['/', '/((?!_next/|icon|api/health|sign-in).*)'] };
