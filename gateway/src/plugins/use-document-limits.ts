import { type ASTVisitor, GraphQLError, Kind, type ValidationContext } from 'graphql';
import type { Plugin } from 'graphql-yoga';

/** Bounds of a document that complexity alone does not see: tokens to parse, aliases, fragment spreads. */
const MAX_TOKENS = 2_000;
const MAX_ALIASES = 40;
const MAX_SPREADS = 60;

function withinBounds(context: ValidationContext): ASTVisitor {
  let aliases = 0;
  let spreads = 0;
  const refuse = (what: string, bound: number): void =>
    context.reportError(
      new GraphQLError(`the document has more than ${bound} ${what}`, { extensions: { code: 'BAD_INPUT' } }),
    );
  return {
    [Kind.FIELD](field) {
      if (field.alias !== undefined && ++aliases === MAX_ALIASES + 1) refuse('aliases', MAX_ALIASES);
    },
    [Kind.FRAGMENT_SPREAD]() {
      if (++spreads === MAX_SPREADS + 1) refuse('fragment spreads', MAX_SPREADS);
    },
  };
}

/** Refuses large documents before anything is resolved. */
export function useDocumentLimits(): Plugin {
  return {
    onParse: ({ parseFn, setParseFn }) =>
      setParseFn((source, options) => parseFn(source, { ...options, maxTokens: MAX_TOKENS })),
    onValidate: ({ addValidationRule }) => addValidationRule(withinBounds),
  };
}
