import { problemResponse } from './problem.ts';

export interface Route {
  /** The pattern, as used in metrics. */
  readonly path: string;
  readonly methods: ReadonlySet<string>;
}

interface Entry {
  readonly method: string;
  readonly path: string;
}

/** All routes of the front door: the methods of each path, and its pattern. */
export class RouteTable {
  readonly #routes: readonly (Route & { readonly matches: RegExp })[];

  /**
   * `entries`: as hono lists them; `:name` is one segment, `*` at the end any rest. `withoutHead`: paths whose GET
   * allows no HEAD.
   */
  constructor(entries: readonly Entry[], { withoutHead }: { readonly withoutHead: readonly string[] }) {
    const paths = [...new Set(entries.map(entry => entry.path))];
    this.#routes = paths.map(path => {
      const methods = new Set(entries.filter(entry => entry.path === path).map(entry => entry.method));
      if (methods.has('GET') && !withoutHead.includes(path)) methods.add('HEAD');
      return { path, methods: methods.add('OPTIONS'), matches: expressionOf(path) };
    });
  }

  find(path: string): Route | undefined {
    return this.#routes.find(({ matches }) => matches.test(path));
  }

  /** Answers OPTIONS and refuses methods that the path does not have; undefined: the route answers. */
  answer(method: string, path: string): Response | undefined {
    const methods = this.find(path)?.methods;
    if (methods === undefined || (methods.has(method) && method !== 'OPTIONS')) return undefined;
    const allow = [...methods].toSorted().join(', ');
    if (method === 'OPTIONS') return new Response(null, { status: 204, headers: { allow } });
    return problemResponse(405, 'METHOD_NOT_ALLOWED', `${path} does not allow ${method}: use ${allow}`, {
      headers: { allow },
    });
  }
}

function expressionOf(path: string): RegExp {
  const escaped = path.replace(/[.+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replace(/:\w+/g, '[^/]+').replace(/\*$/, '.*')}$`);
}
