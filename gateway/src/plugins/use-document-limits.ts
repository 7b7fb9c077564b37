import { characterLimitPlugin } from '@escape.tech/graphql-armor-character-limit';
import { maxAliasesPlugin } from '@escape.tech/graphql-armor-max-aliases';
import { maxDirectivesPlugin } from '@escape.tech/graphql-armor-max-directives';
import { type ASTVisitor, type GraphQLError, Kind, type ValidationContext } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { BadInputError } from '../errors.ts';

/** Limits of a document besides its complexity. Our own pages use a fifth of each. */
const MAX_CHARACTERS = 20_000;
const MAX_TOKENS = 1_000;
const MAX_ALIASES = 40;
const MAX_DIRECTIVES = 40;
const MAX_SPREADS = 60;
/** Each introspection returns the whole schema, and complexity gives it no price. */
const MAX_INTROSPECTIONS = 2;

const INTROSPECTIONS: ReadonlySet<string> = new Set(['__schema', '__type']);

/** Names that JavaScript's objects have themselves, and `then`, by which a result would be taken for a promise. */
const isTaken = (name: string): boolean => name === 'then' || name in Object.prototype;

function withinBounds(context: ValidationContext): ASTVisitor {
  let introspections = 0;
  let spreads = 0;
  const refuse = (what: string, bound: number): void =>
    context.reportError(new BadInputError('query', `the document has more than ${bound} ${what}`));
  const refuseTaken = (what: string, name: string): void => {
    if (isTaken(name))
      context.reportError(new BadInputError('query', `${name} cannot be ${what}: choose another name`));
  };
  return {
    [Kind.VARIABLE_DEFINITION]({ variable }) {
      refuseTaken('the name of a variable', variable.name.value);
    },
    [Kind.FIELD]({ name, alias }) {
      refuseTaken('an alias', alias?.value ?? '');
      if (INTROSPECTIONS.has(name.value) && ++introspections === MAX_INTROSPECTIONS + 1)
        refuse('introspections', MAX_INTROSPECTIONS);
    },
    [Kind.FRAGMENT_SPREAD]() {
      if (++spreads === MAX_SPREADS + 1) refuse('fragment spreads', MAX_SPREADS);
    },
  };
}

/** Reports graphql-armor's findings as the client's error, with a code. */
const reported = (what: string, bound: number) => ({
  n: bound,
  propagateOnRejection: false,
  onReject: [
    (context: ValidationContext | null, _error: GraphQLError) =>
      context?.reportError(new BadInputError('query', `the document has more than ${bound} ${what}`)),
  ],
});

const refuseLength = (): never => {
  throw new BadInputError('query', `the document has more than ${MAX_CHARACTERS} characters`);
};

/** Refuses large documents before anything is resolved. */
export function useDocumentLimits(): Plugin {
  return {
    onPluginInit({ addPlugin }) {
      addPlugin(characterLimitPlugin({ maxLength: MAX_CHARACTERS, onReject: [refuseLength] }));
      addPlugin(maxAliasesPlugin(reported('aliases', MAX_ALIASES)));
      addPlugin(maxDirectivesPlugin(reported('directives', MAX_DIRECTIVES)));
    },
    onParse: ({ parseFn, setParseFn }) =>
      setParseFn((source, options) => parseFn(source, { ...options, maxTokens: MAX_TOKENS })),
    onValidate: ({ addValidationRule }) => addValidationRule(withinBounds),
  };
}
