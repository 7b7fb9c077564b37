import {
  BREAK,
  type DocumentNode,
  type GraphQLSchema,
  getOperationAST,
  getVariableValues,
  type OperationDefinitionNode,
  OperationTypeNode,
  valueFromASTUntyped,
  visit,
} from 'graphql';
import { type CompiledQuery, compileQuery, isCompiledQuery } from 'graphql-jit';
import type { Plugin } from 'graphql-yoga';
import { LRUCache } from 'lru-cache';

/** Compiling takes as long as some executions, so a document that is asked only now and then is interpreted. */
const COMPILED_AFTER = 3;

/** Most compiled operations, about 1 MB each. Our own pages ask a tenth. */
const MAX_COMPILED = 100;

/** One operation of a document. Yoga gives the same DocumentNode for the same text as long as its cache keeps it. */
interface Operation {
  asked: number;
  /** Undefined before it is compiled, null when graphql-jit does not take it. */
  compiled?: CompiledQuery['query'] | null;
}

/**
 * Compiles queries that are asked often: a compiled page takes a third of the time of an interpreted one. Data, messages,
 * codes and paths are the same; an error has no `locations`. Wrong variables are left to the interpreter, which refuses them,
 * and so are documents with `@skip` or `@include`.
 */
export function useCompiledQueries(): Plugin {
  const documents = new WeakMap<DocumentNode, Map<string, Operation>>();
  const kept = new LRUCache<Operation, true>({
    max: MAX_COMPILED,
    dispose(_, operation) {
      operation.asked = 0;
      delete operation.compiled;
    },
  });
  const operationOf = (document: DocumentNode, name: string): Operation => {
    const operations = documents.get(document) ?? new Map<string, Operation>();
    documents.set(document, operations);
    const operation = operations.get(name) ?? { asked: 0 };
    operations.set(name, operation);
    return operation;
  };
  return {
    onExecute({ args: { schema, document, operationName, variableValues }, setExecuteFn }) {
      const query = getOperationAST(document, operationName);
      if (query?.operation !== OperationTypeNode.QUERY) return;
      const operation = operationOf(document, operationName ?? '');
      if (++operation.asked <= COMPILED_AFTER) return;
      if (getVariableValues(schema, query.variableDefinitions ?? [], variableValues ?? {}).errors) return;
      if (operation.compiled === undefined) {
        operation.compiled = isConditional(document) ? null : compiledOf(schema, document, operationName);
      }
      kept.set(operation, true);
      const { compiled } = operation;
      if (compiled)
        setExecuteFn(args => compiled(args.rootValue, args.contextValue, withDefaults(query, args.variableValues)));
    },
  };
}

function compiledOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName: string | null | undefined,
): CompiledQuery['query'] | null {
  const compiled = compileQuery(schema, document, operationName ?? undefined);
  return isCompiledQuery(compiled) ? compiled.query : null;
}

/** True when the document has `@skip` or `@include`: graphql-jit applies those of one spread to other uses of the fragment. */
function isConditional(document: DocumentNode): boolean {
  let found = false;
  visit(document, {
    Directive(): typeof BREAK {
      found = true;
      return BREAK;
    },
  });
  return found;
}

/** The variables as a client would send them, with the defaults of those left out: graphql-jit does not know the defaults of required ones. */
function withDefaults(
  { variableDefinitions = [] }: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>> | null | undefined,
): Readonly<Record<string, unknown>> {
  const given: Record<string, unknown> = { ...variables };
  for (const { variable, defaultValue } of variableDefinitions)
    if (defaultValue !== undefined && !Object.hasOwn(given, variable.name.value))
      given[variable.name.value] = valueFromASTUntyped(defaultValue);
  return given;
}
