const PATH = /^\/(?!\/)[\w\-./?=&%:]*$/;
/** Steps up, also as the escapes that browsers read as dots. */
const STEPS_UP = /(\.|%2e){2}/i;

/** The path to go to after sign-in, as `next` gives it; `/` for anything that is no path under /app of this origin. */
export const ownPath = (next: string | readonly string[] | undefined): string =>
  typeof next === 'string' && PATH.test(next) && !STEPS_UP.test(next) ? next : '/';
